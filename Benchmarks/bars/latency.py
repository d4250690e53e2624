"""P8: latency at half of capacity."""

from measuring.ourselves import start_nodus
from measuring.samples import load
from measuring.table import Row

# By the name that they have in the table: what `nodus-bench load` is asked for, and on how many connections.
# As many as may be under way when half of what the server can do comes evenly.
KINDS = {"page": ("page", 16), "reaction": ("react", 16), "typing to socket": ("typing", 16)}


def latency_bar(stack, folder):
    """What the server can do is measured first, each round, by asking as fast as it answers; then half
    as often is asked, evenly, whatever the answers do. Latencies count from when a request was due."""
    nodus, port = start_nodus(stack, folder)

    def sampler(kind, connections):
        def sample():
            full = load(nodus, port, connections, "--kind", kind)["result"]["perSecond"]
            half = load(nodus, port, connections, "--kind", kind, "--rate", int(full / 2))
            result = half["result"]
            return half | {"value": result["p99"], "p50": result["p50"], "rate": result["perSecond"]}
        return sample

    contestants = {name: sampler(*words) for name, words in KINDS.items()}
    rows = []
    for name in KINDS:
        rows += [
            Row(f"P8 p99 of {name} at half of capacity", name, None, "ms", 5, 1, at_most=True),
            Row("   p50", name, None, "ms", at_most=True, key="p50"),
            Row("   asked for", name, None, "/s", key="rate"),
        ]
    return contestants, rows, {}
