"""P8: latency at half of capacity."""

from measuring.ourselves import start_nodus
from measuring.samples import load
from measuring.table import Row

# By the name that they have in the table: what `nodus-bench load` is asked for.
KINDS = {"page": "page", "reaction": "react", "typing to socket": "typing"}
# As many connections as it takes to keep the server busy, and as may be under way when half of that comes evenly.
FULL, HALF = 64, 16


def latency_bar(stack, folder):
    """What the server can do is measured first, each round, by asking as fast as it answers; then half
    as often is asked, evenly, whatever the answers do. Latencies count from when a request was due, or
    from when it was sent where the generator itself woke late for it."""
    nodus, port = start_nodus(stack, folder)

    def sampler(kind):
        def sample():
            rate = int(load(nodus, port, FULL, "--kind", kind)["result"]["perSecond"] / 2)
            half = load(nodus, port, HALF, "--kind", kind, "--rate", rate)
            result = half["result"]
            return half | {
                "value": result["p99"], "p50": result["p50"], "rate": rate,
                "answered": result["perSecond"] / rate,
            }
        return sample

    contestants = {name: sampler(kind) for name, kind in KINDS.items()}
    rows = []
    for name in KINDS:
        rows += [
            Row(f"P8 p99 of {name} at half of capacity", name, None, "ms", 5, 1, at_most=True),
            Row("   p50", name, None, "ms", at_most=True, key="p50"),
            Row("   asked for", name, None, "/s", key="rate"),
            Row("   answered of what was asked", name, None, "", key="answered"),
        ]
    return contestants, rows, {}
