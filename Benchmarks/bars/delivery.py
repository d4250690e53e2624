"""P4: one message to many sockets."""

from measuring.floors import start_mosquitto, start_nats
from measuring.ourselves import start_nodus
from measuring.samples import fan_out
from measuring.settings import SECONDS
from measuring.table import Row, optional

SOCKETS = 1000
WAYS = {
    "burst": [],
    "gathered": ["--gathered"],
    "paced": ["--pace", 50, "--seconds", SECONDS],
}


def delivery_bar(stack, folder):
    """P4. The same reader for all three; mosquitto only where a bar is."""
    servers, contestants, missing = {}, {}, {}
    optional(servers, missing, "nats", lambda: start_nats(stack, folder))
    servers["nodus"] = start_nodus(stack, folder)
    optional(servers, missing, "mosquitto", lambda: start_mosquitto(stack, folder))
    speech = {
        "nats": ["--protocol", "nats"],
        "nodus": ["--protocol", "nodus"],
        "mosquitto": ["--protocol", "mqtt"],
    }

    def sampler(name, way):
        def sample():
            return fan_out(*servers[name], "--sockets", SOCKETS, *speech[name], *WAYS[way])
        return sample

    for way in WAYS:
        for name in ("nats", "nodus") + (("mosquitto",) if way == "burst" else ()):
            if name in servers:
                contestants[f"{name}, {way}"] = sampler(name, way)
            else:
                missing[f"{name}, {way}"] = missing[name]
    rows = [
        Row("P4a fan-out, a burst ÷ nats", "nodus, burst", "nats, burst", "/CPU s", 0.7, 1.5),
        Row("    ÷ mosquitto", "nodus, burst", "mosquitto, burst", "/CPU s", 2),
        Row("    the burst in one write", "nodus, gathered", "nats, gathered", "/CPU s"),
        Row("    messages a read", "nodus, burst", "nats, burst", "", key="per_read"),
        Row("    p99", "nodus, burst", "nats, burst", "ms", at_most=True, key="p99"),
        Row("P4b fan-out, paced ÷ nats", "nodus, paced", "nats, paced", "/CPU s", 1, 1.5),
        Row("    p99", "nodus, paced", "nats, paced", "ms", at_most=True, key="p99"),
    ]
    return contestants, rows, missing
