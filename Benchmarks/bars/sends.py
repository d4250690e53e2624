"""P2 and P3: durable sends, over HTTP and over sockets."""

import json

from measuring.floors import compiled, start_redis
from measuring.ourselves import start_nodus
from measuring.processes import Missing
from measuring.samples import RedisBenchmark, load, run_alone
from measuring.settings import SECONDS
from measuring.table import Row, optional

from .syncs import Batches

BLOCK = 4096


def send_bar(stack, folder):
    """P2. All keep their data in the same folder. Our syncs are the batches that the journal has got."""
    nodus, nodus_port = start_nodus(stack, folder)
    contestants, rows, missing = {}, [], {}
    try:
        redis = start_redis(stack, folder)
    except Missing as error:
        redis, reason = None, str(error)
    journal = Batches(folder / "data/journal")

    def sampler(connections):
        def sample():
            journal.added()
            measured = load(nodus, nodus_port, connections, "--kind", "send")
            rate = measured["result"]["perSecond"]
            batches, events = journal.added()
            # A send is one event; the few of the sign-in and of what is sent to hardly count.
            group = events / batches
            return measured | {"value": rate, "syncs": rate / group, "group": group}
        return sample

    for connections in (64, 16, 1):
        floor, ours = f"redis, {connections}", f"nodus, {connections}"
        if redis is None:
            missing[floor] = reason
        else:
            contestants[floor] = RedisBenchmark(*redis, connections)
        contestants[ours] = sampler(connections)
        title = f"P2 durable send, {connections} connections"
        if connections == 64:
            optional(contestants, missing, "C loop", lambda: sync_loop(folder))
            rows += [
                Row(title, ours, floor, "/s", 0.25, 0.5),
                Row("   its syncs beside a C loop, 4 KB", ours, "C loop", "/s", key="syncs"),
                Row("   messages a sync", ours, None, "", key="group"),
            ]
        else:
            rows.append(Row(title.replace("P2", "  "), ours, floor, "/s"))
    return contestants, rows, missing


def sync_loop(folder):
    """Appends and syncs, and nothing else."""
    program = compiled(folder, "sync")

    def sample():
        output, shares = run_alone([program, folder / "synced", BLOCK, SECONDS])
        syncs = json.loads(output)["perSecond"]
        return shares | {"value": syncs, "syncs": syncs}
    return sample


DEPTH = 16


def socket_send_bar(stack, folder):
    """P3. Commands over sockets, so many under way on each; redis has one under way on each of its
    connections, and for information as many as we."""
    nodus, nodus_port = start_nodus(stack, folder)
    contestants, missing = {}, {}
    floors = {"redis": 1, f"redis, {DEPTH} deep": DEPTH}
    try:
        redis = start_redis(stack, folder)
        for name, depth in floors.items():
            contestants[name] = RedisBenchmark(*redis, 64, depth)
    except Missing as error:
        missing |= {name: str(error) for name in floors}

    def sampler(depth):
        def sample():
            measured = load(
                nodus, nodus_port, 64, "--kind", "send", "--over", "socket", "--pipeline", depth,
            )
            result = measured["result"]
            return measured | {"value": result["perSecond"], "p99": result["p99"]}
        return sample

    deep = f"nodus, {DEPTH} deep"
    contestants[deep], contestants["nodus"] = sampler(DEPTH), sampler(1)
    rows = [
        Row(f"P3 durable send, 64 sockets, {DEPTH} deep", deep, "redis", "/s", 0.6, 1.5),
        Row("   1 deep", "nodus", "redis", "/s"),
        Row(f"   redis {DEPTH} deep too", deep, f"redis, {DEPTH} deep", "/s"),
        Row("   p99", deep, None, "ms", key="p99"),
        Row("   p99, 1 deep", "nodus", None, "ms", key="p99"),
    ]
    return contestants, rows, missing
