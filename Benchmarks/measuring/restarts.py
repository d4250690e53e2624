"""Servers that are filled, stopped, and started again."""

import contextlib
import http.client
import json
import os
import time

from .database import PASSWORD
from .ourselves import start_nodus, wait_for_store
from .processes import Server
from .samples import busy_seconds, run_client, server_seconds
from .settings import READY_SECONDS, RELEASE

# So many chats are looked at after every restart.
COMPARED = 100


class History:
    """What is asked for after a restart, and has to be what it was before."""

    def __init__(self, token, paths, chats=()):
        self.token, self.paths, self.chats = token, paths, chats
        self.pages = []
        # Of the server that was filled, before it was stopped.
        self.resident = None

    def read(self, port, count=COMPARED):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        name, value = self.token.split(": ", 1)
        pages = []
        for path in self.paths[:count]:
            connection.request("GET", path, headers={name: value})
            answer = connection.getresponse()
            pages.append((answer.status, answer.read()))
        connection.close()
        return pages

    def is_served(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
        connection.close()
        return status == 200 and self.read(port, 1) == self.pages[:1]

    def compare(self, server, port):
        if self.read(port) != self.pages:
            server.failed("After the restart, pages are not what they were before")


def run_fill(server, port, messages, chats, *arguments):
    output, _ = run_client([
        RELEASE / "nodus-bench", "fill", "--to", f"http://127.0.0.1:{port}", "--connections", 8,
        "--pipeline", 16, "--messages", messages, "--chats", chats, *arguments,
    ], server.pids)
    filled = json.loads(output.strip().splitlines()[-1])
    paths = [f"/api/v1/messages?chat_id={chat}&limit=50" for chat in filled["chats"]]
    return History(f"Authorization: Bearer {filled['token']}", paths, filled["chats"])


def fill(stack, folder, messages, chats, *arguments):
    """Leaves a snapshot of all, and the journal as it is closed."""
    server, port = start_nodus(stack, folder)
    history = run_fill(server, port, messages, chats, *arguments)
    rest(server, port, history)
    return history


def take_over(stack, folder, database):
    """The same of a database's people: what is asked for are the chats of one of them."""
    server, port = start_nodus(stack, folder, database=database)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
    person = {"email": "person-1@users.example.com", "password": PASSWORD}
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/auth/login", json.dumps(person), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        server.failed(f"a login got {answer.status}")
    history = History(f"Authorization: Bearer {json.loads(text)['access_token']}", ["/api/v1/chats"])
    rest(server, port, history)
    return history


def rest(server, port, history):
    history.pages = history.read(port)
    wait_for_store(port)
    history.resident = server.resident
    server.stop()


@contextlib.contextmanager
def restarted(folder, arguments, is_served):
    """The server, and the seconds until it serves; it is killed at the end, and so writes nothing
    that it has not."""
    with contextlib.ExitStack() as stack:
        server, measured = started(stack, folder, arguments, is_served)
        yield server, measured
        server.process.kill()


def started(stack, folder, arguments, is_served):
    os.sync()
    clocks = [time.monotonic(), busy_seconds(), time.process_time()]
    server = Server(stack, folder, arguments)
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if is_served():
                break
        if server.process.poll() is not None or time.monotonic() - clocks[0] > READY_SECONDS:
            server.failed("did not start")
        # Until it listens, each attempt is refused at once: asking without a pause would take its core.
        time.sleep(0.01)
    after = [time.monotonic(), busy_seconds(), time.process_time()]
    elapsed, busy, client = (late - early for early, late in zip(clocks, after))
    used = server_seconds(server.pids)
    return server, {
        "value": elapsed,
        "server_cpu": used / elapsed,
        "client_cpu": client / elapsed,
        "other_cpu": max(0, busy - used - client) / elapsed,
    }
