"""Samples: {"value": …, "server_cpu", "client_cpu", "other_cpu": cores}"""

import csv
import io
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

from .processes import end_with_us, needed
from .settings import RELEASE, SECONDS

TICKS = os.sysconf("SC_CLK_TCK")


def server_seconds(pids):
    """User and system time, all threads (proc(5))."""
    stats = [pathlib.Path(f"/proc/{pid}/stat").read_text() for pid in pids]
    fields = [stat.rsplit(")", 1)[1].split() for stat in stats]
    return sum(int(field[11]) + int(field[12]) for field in fields) / TICKS


def busy_seconds():
    values = list(map(int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    return (sum(values) - values[3] - values[4]) / TICKS


def client_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run_client(arguments, pids, stdout=subprocess.PIPE):
    """Its output, and the cores that it, the server and everything else kept busy."""
    clocks = [time.monotonic(), server_seconds(pids), client_seconds(), busy_seconds()]
    done = subprocess.run(
        [str(argument) for argument in arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=end_with_us,
    )
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(done.args)}\n{done.stdout}{done.stderr}")
    after = [time.monotonic(), server_seconds(pids), client_seconds(), busy_seconds()]
    elapsed, server, client, busy = (late - early for early, late in zip(clocks, after))
    shares = {"server_cpu": server, "client_cpu": client, "other_cpu": busy - server - client}
    return done.stdout, {name: max(0, value) / elapsed for name, value in shares.items()}


def run_alone(arguments, stdout=subprocess.PIPE):
    """The same of a program that needs no client: what it takes counts as the server's."""
    output, shares = run_client(arguments, [], stdout)
    return output, shares | {"server_cpu": shares["client_cpu"], "client_cpu": 0}


def server_arguments(server):
    return [argument for pid in server.pids for argument in ("--server-pid", pid)]


def client(server, *arguments):
    """Our own generator, whoever the server is: what it measured, as it says it in the end."""
    output, shares = run_client([RELEASE / "nodus-bench", *arguments], server.pids)
    return json.loads(output.strip().splitlines()[-1]), shares


def load(server, port, connections, *arguments):
    result, shares = client(
        server, "load", "--to", f"http://127.0.0.1:{port}", "--connections", connections,
        "--seconds", SECONDS, "--patience", 5, *server_arguments(server), *arguments,
    )
    return shares | {
        "server_cpu": result["serverCPU"],
        "client_cpu": result["clientCPU"],
        "result": result,
    }


def fan_out(server, port, *arguments):
    result, shares = client(
        server, "fanout", "--to", f"http://127.0.0.1:{port}", *server_arguments(server),
        *arguments,
    )
    return shares | {
        "server_cpu": result["serverCPU"],
        "client_cpu": result["clientCPU"],
        "value": result["perServerSecond"],
        "p99": result["p99"],
        "per_read": result["perRead"],
        "result": result,
    }


class RedisBenchmark:
    """Counts requests and not seconds, so a short run before the first tells how many."""

    def __init__(self, server, port, connections, pipeline=1):
        self.server, self.port = server, port
        self.connections, self.pipeline = connections, pipeline
        self.count = None

    def __call__(self):
        if self.count is None:
            rate = self.run(max(3000, 1000 * self.connections))["value"]
            self.count = int(rate * SECONDS)
        return self.run(self.count)

    def run(self, count):
        output, shares = run_client([
            needed("redis-benchmark"), "-p", self.port, "-t", "set", "-d", 250, "--csv",
            "-c", self.connections, "-P", self.pipeline, "-n", count,
        ], self.server.pids)
        row = list(csv.DictReader(io.StringIO(output)))[0]
        return shares | {"value": float(row["rps"]), "result": row}
