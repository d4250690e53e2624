"""P9: what grows with the number of chats, messages, people and members."""

import random

from measuring.database import database_of_people
from measuring.floors import start_postgres
from measuring.ourselves import serve, start_nodus, wait_for_store
from measuring.processes import Missing, free_port
from measuring.restarts import rest, run_fill, started
from measuring.samples import client, fan_out, load
from measuring.settings import MESSAGES_MAX
from measuring.table import Row

# Messages, chats and people. A page has ten messages in all of them.
SIZES = {
    "10 k": (10_000, 100, 100),
    "100 k": (100_000, 10_000, 1000),
    "1 M": (1_000_000, 100_000, 1000),
    "5 M": (5_000_000, 100_000, 1000),
}
# Each is in ten chats of a hundred; what is asked for are the smallest of the sizes' chats, which a
# hundred more people have beside that.
PEOPLE_SIZES = {"1 k": 1000, "100 k": 100_000, "1 M": 1_000_000}
CHATS_EACH, MEMBERS_EACH = 10, 100
# Of the person's chats, so many are paged in turn: far more than processors keep at hand.
PAGED = 2000
# A second.
SENDS = 500
MEMBERS, SOCKETS, PEOPLE = (100, 1000, 10_000), 1000, 100


def messages_growth(stack, folder):
    """P9. A server of each size, all running; the same requests to each in turn. Sends make a server
    grow: so few are asked for that the smallest stays small."""
    contestants = {}
    sizes = {name: size for name, size in SIZES.items() if size[0] <= MESSAGES_MAX}
    for name, size in sizes.items():
        grown = Grown(stack, folder / name.replace(" ", ""))
        grown.fill(*size)
        contestants |= grown.contestants(f"{name} messages", size[0])
    names = [f"{name} messages" for name in sizes]
    return contestants, rows_of(names, 1.2, 1.05), {}


def people_growth(stack, folder):
    """P9. The same with ever more people who do nothing. They come from a database, which is there
    behind the servers too."""
    try:
        postgres = start_postgres(stack, folder)
    except Missing as error:
        return {}, [Row("P9 people", "people", None, "s")], {"people": str(error)}
    contestants = {}
    for name, people in PEOPLE_SIZES.items():
        database = database_of_people(postgres, f"people_{people}", people, CHATS_EACH, MEMBERS_EACH)
        grown = Grown(stack, folder / name.replace(" ", ""), database)
        grown.fill(*SIZES["10 k"])
        contestants |= grown.contestants(f"{name} people", people)
    return contestants, rows_of([f"{name} people" for name in PEOPLE_SIZES]), {}


def members_growth(stack, folder):
    """P9. One message to as many sockets, in chats with ever more members that have none."""
    contestants = {}
    server, port = start_nodus(stack, folder)
    for members in MEMBERS:
        words = [
            "--members", members, "--people", PEOPLE, "--sockets", SOCKETS,
            "--crowd", folder / f"{members}.json",
        ]
        client(server, "fanout", "--to", f"http://127.0.0.1:{port}", *words, "--burst", 1, "--bursts", 1)
        contestants[f"fan-out, {members} members"] = delivered(server, port, words, members)
    few, many = MEMBERS[0], MEMBERS[-1]
    row = Row(f"P9 delivery CPU, {many:,} members ÷ {few}", f"fan-out, {many} members",
              f"fan-out, {few} members", "µs", 1.2, 1.05, at_most=True)
    return contestants, [row], {}


class Grown:
    """A server that was filled and started again, so that its memory is as a start lays it out."""

    def __init__(self, stack, folder, database=None):
        folder.mkdir()
        self.stack, self.folder, self.database = stack, folder, database
        self.port = free_port()

    def fill(self, messages, chats, people):
        self.server, port = start_nodus(self.stack, self.folder, database=self.database)
        self.history = run_fill(self.server, port, messages, chats, "--people", people)
        rest(self.server, port, self.history)
        self.start()

    def start(self):
        command = serve(self.folder, self.port, database=self.database)
        self.server, measured = started(
            self.stack, self.folder, command, lambda: self.history.is_served(self.port)
        )
        self.history.compare(self.server, self.port)
        return measured | {"resident": self.server.resident / 1e6}

    def contestants(self, name, size):
        """`size` is where a plot puts them."""
        chats = list(self.history.chats)
        # The same order each time, and none that memory would like.
        random.Random(9).shuffle(chats)
        requests = ["--kind", "raw", "--header", self.history.token]
        for chat in chats[:PAGED]:
            requests += ["--path", f"/api/v1/messages?chat_id={chat}&limit=10"]
        filled = self.history.resident / 1e6

        def asked(*arguments):
            measured = load(self.server, self.port, *arguments)
            return measured | {"value": measured["result"]["serverMicroseconds"], "size": size}

        def restart():
            wait_for_store(self.port)
            self.server.process.kill()
            self.server.process.wait()
            return self.start() | {"filled": filled, "size": size}

        return {
            f"pages, {name}": lambda: asked(64, *requests),
            f"sends, {name}": lambda: asked(8, "--kind", "send", "--rate", SENDS),
            f"restart, {name}": restart,
        }


def rows_of(names, must=None, aim=None):
    small, large = names[0], names[-1]
    ends = f"{large} ÷ {small.rsplit(' ', 1)[0]}"
    rows = [
        Row(f"P9 page CPU, {ends}", f"pages, {large}", f"pages, {small}", "µs", must, aim,
            at_most=True),
        Row("   send CPU", f"sends, {large}", f"sends, {small}", "µs", at_most=True),
    ]
    for name in names:
        restart = f"restart, {name}"
        rows += [
            Row(f"   restart with {name}", restart, None, "s"),
            Row("   resident then", restart, None, "MB", key="resident"),
            Row("   resident before it, as it was filled", restart, None, "MB", key="filled"),
        ]
    return rows


def delivered(server, port, words, members):
    def sample():
        measured = fan_out(server, port, *words)
        return measured | {"value": 1e6 / measured["value"], "size": members}
    return sample
