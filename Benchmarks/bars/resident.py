"""What messages and users take of the memory of a server that has only ever read its snapshot.

Each figure is the slope between two sizes, so what a server takes without either is not in it, and
all else is: the allocator's own, tables that are half empty, garbage of the reading."""

import statistics
import time

from measuring.database import database_of_people
from measuring.floors import start_postgres
from measuring.ourselves import serve
from measuring.processes import free_port
from measuring.restarts import fill, restarted, take_over
from measuring.settings import READY_SECONDS

FEW_MESSAGES, MANY_MESSAGES = 250_000, 500_000
# In the few; as many more in the many have the chats that they had, or their own.
FILLED_CHATS = 2500
# The indexes of the many are at two thirds, between the half and the three quarters that they know.
FEW_PEOPLE, MANY_PEOPLE = 20_000, 200_000
CHATS_EACH = 10
# Of a chat. Among so many, what it takes itself is nothing beside what its members take.
MEMBERS, FEW_MEMBERS = 1000, 100
# Between two readings that have to agree: what a start leaves behind is given back a moment later.
SETTLING_SECONDS = 0.2


class Resting:
    """A folder with a snapshot, and what a server has to answer that is started in it."""

    def __init__(self, folder, history, database=None):
        self.folder, self.history, self.database = folder, history, database

    def resident(self):
        port = free_port()
        command = serve(self.folder, port, "info", self.database)
        with restarted(self.folder, command, lambda: self.history.is_served(port)) as (server, _):
            self.history.compare(server, port)
            if "a snapshot has been restored" not in server.log.read_text():
                server.failed("the snapshot was not used")
            return settled(server)


def settled(server):
    end = time.monotonic() + READY_SECONDS
    before, now = None, server.resident
    while now != before:
        if time.monotonic() > end:
            server.failed("its memory does not come to rest")
        time.sleep(SETTLING_SECONDS)
        before, now = now, server.resident
    return now


def messages_contestant(stack, folder):
    """And how many bytes a message has as it is answered."""
    def filled(name, messages, chats):
        place = folder / name
        place.mkdir()
        answers = place / "answers"
        history = fill(stack, place, messages, chats, "--answers", answers)
        lengths = [len(line.rstrip(b"\n")) for line in answers.open("rb")]
        answers.unlink()
        return Resting(place, history), statistics.mean(lengths)

    more = MANY_MESSAGES - FEW_MESSAGES
    few, _ = filled("few", FEW_MESSAGES, FILLED_CHATS)
    many, length = filled("many", MANY_MESSAGES, FILLED_CHATS)
    wide, _ = filled("wide", MANY_MESSAGES, FILLED_CHATS * MANY_MESSAGES // FEW_MESSAGES)

    def sample():
        base = few.resident()
        return {
            "value": (many.resident() - base) / more,
            "with_chat": (wide.resident() - base) / more,
            "filled": (many.history.resident - few.history.resident) / more,
        } | unloaded()
    return sample, length


def people_contestant(stack, folder):
    """Raises Missing. The difference to people in no chats is what their places take."""
    postgres = start_postgres(stack, folder)

    def taken_over(people, chats, members):
        name = f"people_{people}_{chats}_{members}"
        place = folder / name
        place.mkdir()
        database = database_of_people(postgres, name, people, chats, members)
        return Resting(place, take_over(stack, place, database), database)

    shapes = {
        name: [taken_over(people, chats, members) for people in (FEW_PEOPLE, MANY_PEOPLE)]
        for name, chats, members in (
            ("value", CHATS_EACH, MEMBERS), ("smaller", CHATS_EACH, FEW_MEMBERS), ("alone", 0, MEMBERS),
        )
    }

    def sample():
        each = {
            name: (many.resident() - few.resident()) / (MANY_PEOPLE - FEW_PEOPLE)
            for name, (few, many) in shapes.items()
        }
        place = (each["value"] - each["alone"]) / CHATS_EACH
        return each | {"place": place} | unloaded()
    return sample


def unloaded():
    return {"server_cpu": 0, "client_cpu": 0, "other_cpu": 0}
