"""P9: what grows with the number of chats, messages, people and members."""

import json
import pathlib
import random

from measuring.ourselves import start_nodus, wait_for_store
from measuring.samples import client, fan_out, load, run_client
from measuring.settings import RELEASE
from measuring.table import Row

# Messages, chats and people. A page has ten messages in all of them.
SIZES = {
    "10 k": (10_000, 100, 100),
    "100 k": (100_000, 10_000, 1000),
    "1 M": (1_000_000, 100_000, 1000),
}
# Of the person's chats, so many are paged in turn: far more than processors keep at hand.
PAGED = 2000
# A second.
SENDS = 500
MEMBERS, SOCKETS, PEOPLE = (100, 1000, 10_000), 1000, 100


def growth_bar(stack, folder):
    """P9. A server of each size, all running; the same requests to each in turn. And one message to
    as many sockets, in chats with ever more members that have none. Sends make a server grow: so few
    are asked for that the smallest stays small."""
    contestants = {}
    for name, size in SIZES.items():
        contestants |= contestants_of(stack, folder, name, *size)
    crowd_folder = folder / "crowd"
    crowd_folder.mkdir()
    server, port = start_nodus(stack, crowd_folder)
    for members in MEMBERS:
        words = [
            "--members", members, "--people", PEOPLE, "--sockets", SOCKETS,
            "--crowd", crowd_folder / f"{members}.json",
        ]
        client(server, "fanout", "--to", f"http://127.0.0.1:{port}", *words, "--burst", 1, "--bursts", 1)
        contestants[f"fan-out, {members}"] = delivered(server, port, words)
    small, large = next(iter(SIZES)), list(SIZES)[-1]
    few, many = MEMBERS[0], MEMBERS[-1]
    rows = [
        Row(f"P9 page CPU, {large} messages ÷ {small}", f"pages, {large}", f"pages, {small}", "µs", 1.2, 1.05,
            at_most=True),
        Row("   send CPU", f"sends, {large}", f"sends, {small}", "µs", at_most=True),
        Row(f"   fan-out CPU a delivery, {many:,} members ÷ {few}", f"fan-out, {many}", f"fan-out, {few}", "µs", 1.2,
            1.05, at_most=True),
    ]
    for name in SIZES:
        rows.append(Row(f"   resident with {name} messages", f"pages, {name}", None, "MB", key="resident"))
    return contestants, rows, {}


def contestants_of(stack, folder, name, messages, chats, people):
    place = folder / name.replace(" ", "")
    place.mkdir()
    server, port = start_nodus(stack, place)
    output, _ = run_client([
        RELEASE / "nodus-bench", "fill", "--to", f"http://127.0.0.1:{port}", "--connections", 8,
        "--pipeline", 16, "--messages", messages, "--chats", chats, "--people", people,
    ], server.pids)
    filled = json.loads(output.strip().splitlines()[-1])
    wait_for_store(port)
    megabytes = resident(server)
    paged = filled["chats"]
    # The same order each time, and none that memory would like.
    random.Random(9).shuffle(paged)
    requests = ["--kind", "raw", "--header", f"Authorization: Bearer {filled['token']}"]
    for chat in paged[:PAGED]:
        requests += ["--path", f"/api/v1/messages?chat_id={chat}&limit=10"]

    def pages():
        measured = load(server, port, 64, *requests)
        return measured | {
            "value": measured["result"]["serverMicroseconds"], "resident": megabytes,
        }

    def sends():
        measured = load(server, port, 8, "--kind", "send", "--rate", SENDS)
        return measured | {"value": measured["result"]["serverMicroseconds"]}

    return {f"pages, {name}": pages, f"sends, {name}": sends}


def delivered(server, port, words):
    def sample():
        measured = fan_out(server, port, *words)
        return measured | {"value": 1e6 / measured["value"]}
    return sample


def resident(server):
    """In megabytes (proc(5), VmRSS)."""
    lines = pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))
