"""P6: restarts."""

import http.client
import json
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

from measuring.ourselves import serve, start_nodus, wait_for_store
from measuring.processes import Server, free_port, needed
from measuring.restarts import COMPARED, History, fill, restarted
from measuring.samples import load, run_alone
from measuring.settings import MESSAGES, READY_SECONDS
from measuring.table import Row, optional

from .snapshots import Snapshots, statistics_of

TAIL = 10_000


def restart_bar(stack, folder):
    """P6. From the start of the process until a page is answered and all is served: behind a
    snapshot, and behind one and a journal that goes on after it; redis with the same messages as
    values. And what a snapshot does to the pages that are asked for meanwhile."""
    filled, tailed, paged = (folder / name for name in ("filled", "tailed", "paged"))
    filled.mkdir()
    chats = max(COMPARED, MESSAGES // 100)
    history = fill(stack, filled, MESSAGES, chats, "--answers", filled / "messages")
    contestants, missing = {}, {}
    optional(
        contestants, missing, "redis",
        lambda: redis_restarts(stack, folder, filled / "messages"),
    )
    copy_history(filled, tailed)
    copy_history(filled, paged)
    contestants["nodus"] = nodus_restarts(folder, filled, history)
    tail = write_tail(stack, tailed, history)
    contestants["nodus, tail"] = nodus_restarts(folder, tailed, tail)
    server, port = start_nodus(stack, paged, log_level="info")
    snapshots = Snapshots(server)
    requests = ["--kind", "raw", "--header", history.token]
    for path in history.paths[:COMPARED]:
        requests += ["--path", path]

    def pages():
        # About half of what two cores can do.
        measured = load(server, port, 2, *requests)
        return measured | {"value": measured["result"]["p99"]}

    def pages_beside_snapshots():
        with snapshots.one_after_the_other() as taken:
            measured = pages()
        return measured | statistics_of(taken)

    def snapshot_alone():
        taken = statistics_of([snapshots.take()])
        cpu = {"server_cpu": 0, "client_cpu": 0, "other_cpu": 0}
        return cpu | taken | {"value": taken["snapshot_seconds"]}

    contestants["pages"] = pages
    contestants["pages, snapshots"] = pages_beside_snapshots
    contestants["snapshot"] = snapshot_alone
    optional(contestants, missing, "lz4", lambda: decoding(folder, filled / "snapshots"))
    title = f"P6 restart, {MESSAGES:,} messages"
    rows = [
        Row(title, "nodus", "redis", "s", 1, 0.3, at_most=True),
        Row(f"   and {TAIL:,} in the journal", "nodus, tail", "redis", "s", 1, 0.3, at_most=True),
        Row("   beside lz4 -dc of the snapshot", "nodus", "lz4", "s", at_most=True),
        Row("P6 p99 of pages, snapshots", "pages, snapshots", "pages", "ms", 1.5, at_most=True),
        Row("   a snapshot, beside pages", "pages, snapshots", None, "s", key="snapshot_seconds"),
        Row("   a snapshot, alone", "snapshot", None, "s"),
        Row("   its size", "snapshot", None, "MB", key="snapshot_megabytes"),
    ]
    return contestants, rows, missing


def write_tail(stack, folder, history):
    """Goes on after the snapshot, and ends without another."""
    server, port = start_nodus(stack, folder)
    tail = History(history.token, history.paths, history.chats)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    name, value = tail.token.split(": ", 1)
    headers = {name: value, "Content-Type": "application/json"}
    for index in range(TAIL):
        chat = tail.chats[index % len(tail.chats)]
        message = {"chat_id": chat, "type": "text", "content": f"{index} lines of some words, " * 2}
        connection.request("POST", "/api/v1/messages", json.dumps(message), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            server.failed(f"a message got {answer.status}")
    tail.pages = tail.read(port)
    wait_for_store(port)
    server.process.kill()
    server.process.wait()
    return tail


def copy_history(source, target):
    for part in ("data", "snapshots"):
        shutil.copytree(source / part, target / part)


def nodus_restarts(folder, source, history):
    def sample():
        copy = pathlib.Path(tempfile.mkdtemp(dir=folder))
        try:
            copy_history(source, copy)
            port = free_port()
            command = serve(copy, port, log_level="info")
            with restarted(copy, command, lambda: history.is_served(port)) as (server, measured):
                history.compare(server, port)
                if "a snapshot has been restored" not in (copy / "nodus.log").read_text():
                    sys.exit("The snapshot was not used.")
            return measured
        finally:
            shutil.rmtree(copy)
    return sample


def decoding(folder, snapshots):
    """Only what every start has to: the snapshot's LZ4 frames, which lie one behind the other between
    its header and its directory (snapshots/README.md)."""
    program, frames = needed("lz4"), folder / "frames.lz4"
    snapshot = max(snapshots.glob("*.snapshot")).read_bytes()
    directory = struct.unpack_from("<Q", snapshot, 56)[0]
    frames.write_bytes(snapshot[128:directory])

    def sample():
        start = time.monotonic()
        _, shares = run_alone([program, "-dc", frames], stdout=subprocess.DEVNULL)
        return shares | {"value": time.monotonic() - start}
    return sample


def redis_restarts(stack, folder, messages):
    """Makes the values, and a file of them as SAVE writes it."""
    data = folder / "redis"
    data.mkdir()
    port = free_port()
    arguments = [
        needed("redis-server"), "--bind", "127.0.0.1", "--port", port, "--dir", data,
        "--appendonly", "no", "--save", "", "--logfile", folder / "redis-server.log",
    ]
    server = Server(stack, folder, arguments)
    server.wait_for(port)
    client = [needed("redis-cli"), "-p", str(port)]
    with subprocess.Popen(
        [*client, "--pipe"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as pipe, open(messages, "rb") as lines:
        for number, line in enumerate(lines):
            value, key = line.rstrip(b"\n"), b"message:%d" % number
            pipe.stdin.write(
                b"*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n"
                % (len(key), key, len(value), value)
            )
        pipe.stdin.close()
    subprocess.run([*client, "SAVE"], check=True, stdout=subprocess.DEVNULL)
    server.process.kill()
    server.process.wait()

    def ask(command):
        with socket.create_connection(("127.0.0.1", port), timeout=READY_SECONDS) as connection:
            connection.sendall(command + b"\r\n")
            return connection.recv(100)

    def sample():
        with restarted(folder, arguments, lambda: ask(b"PING") == b"+PONG\r\n") as (_, measured):
            if ask(b"DBSIZE") != b":%d\r\n" % MESSAGES:
                sys.exit("Redis does not have all values.")
        return measured
    return sample
