"""P2 and P3: durable sends, over HTTP and over sockets."""

from measuring.floors import start_redis
from measuring.ourselves import start_nodus
from measuring.processes import Missing
from measuring.samples import RedisBenchmark, load
from measuring.table import Row


def send_bar(stack, folder):
    """P2. Both keep their data in the same folder."""
    nodus, nodus_port = start_nodus(stack, folder)
    contestants, rows, missing = {}, [], {}
    try:
        redis = start_redis(stack, folder)
    except Missing as error:
        redis, reason = None, str(error)

    def sampler(connections):
        def sample():
            measured = load(nodus, nodus_port, connections, "--kind", "send")
            return measured | {"value": measured["result"]["perSecond"]}
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
            rows.append(Row(title, ours, floor, "/s", 0.25, 0.5))
        else:
            rows.append(Row(title.replace("P2", "  "), ours, floor, "/s"))
    return contestants, rows, missing


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
