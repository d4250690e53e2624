"""What a chat of ten thousand does to the others."""

import contextlib
import subprocess
import sys

from measuring.ourselves import filled_chats, start_nodus
from measuring.processes import end_with_us
from measuring.samples import client, load
from measuring.settings import READY_SECONDS, RELEASE, SECONDS
from measuring.table import Row

MEMBERS, PEOPLE, SOCKETS = 10_000, 100, 2000
PACE = 10
# A second, over eight connections: on one, a request would wait for the one before.
PAGES, SENDS = 1000, 200


def crowd_bar(stack, folder):
    """Pages and sends of other chats, at an even rate, alone and while every message to the large
    chat goes to 2,000 sockets. All of its members have accounts, which takes minutes."""
    nodus, port = start_nodus(stack, folder)
    _, paths, token = filled_chats(port, 16)
    (folder / "other").mkdir()
    other, other_port = start_nodus(stack, folder / "other")
    _, other_paths, other_token = filled_chats(other_port, 16)
    fan_out = [
        "fanout", "--to", f"http://127.0.0.1:{port}", "--members", MEMBERS, "--people", PEOPLE,
        "--sockets", SOCKETS, "--crowd", folder / "crowd.json",
    ]
    client(nodus, *fan_out, "--burst", 1, "--bursts", 1)

    def requests(paths, token):
        words = ["--kind", "raw", "--header", token]
        for path in paths:
            words += ["--path", path]
        return words

    def pages():
        return p99(load(nodus, port, 8, "--rate", PAGES, *requests(paths, token)))

    # What the processors alone do to them: the crowd is another server's.
    def pages_elsewhere():
        words = requests(other_paths, other_token)
        return p99(load(other, other_port, 8, "--rate", PAGES, *words))

    def sends():
        return p99(load(nodus, port, 8, "--rate", SENDS, "--kind", "send"))

    def beside(sample):
        def both():
            with delivering(fan_out, folder):
                return sample()
        return both

    contestants = {
        "pages": pages, "pages, crowd": beside(pages),
        "pages, other crowd": beside(pages_elsewhere),
        "sends": sends, "sends, crowd": beside(sends),
    }
    rows = [
        Row("p99 of pages beside a crowd", "pages, crowd", "pages", "ms", 3, at_most=True),
        Row("   p50", "pages, crowd", "pages", "ms", at_most=True, key="p50"),
        Row("   p99 beside another server's crowd", "pages, crowd", "pages, other crowd", "ms",
            at_most=True),
        Row("p99 of sends beside a crowd", "sends, crowd", "sends", "ms", 3, at_most=True),
        Row("   p50", "sends, crowd", "sends", "ms", at_most=True, key="p50"),
    ]
    return contestants, rows, {}


def p99(measured):
    result = measured["result"]
    return measured | {"value": result["p99"], "p50": result["p50"]}


@contextlib.contextmanager
def delivering(fan_out, folder):
    """Begins when all sockets are open and messages flow; the run has to end well."""
    # The load needs as long, a second to warm up and some to sign in.
    arguments = [RELEASE / "nodus-bench", *fan_out, "--pace", PACE, "--seconds", SECONDS + 4]
    process = subprocess.Popen(
        [str(argument) for argument in arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_us,
    )
    try:
        for line in process.stderr:
            if "are ready" in line:
                break
        yield
        _, errors = process.communicate(timeout=READY_SECONDS)
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        sys.exit(f"the crowd's run failed: {errors}")
