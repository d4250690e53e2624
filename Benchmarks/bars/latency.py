"""P8: latency at half of capacity."""

from measuring.floors import start_epoll, start_nio
from measuring.ourselves import filled_chats, start_nodus, wait_for_store
from measuring.samples import load
from measuring.table import Row, optional

# By the name that they have in the table: what `nodus-bench load` is asked for.
KINDS = {"page": "page", "reaction": "react", "typing to socket": "typing"}
# As many as it takes to keep the server busy. Half of what they reach comes over as many: fewer could hardly carry
# more than that, and would have to wait for each other after the shortest stall.
CONNECTIONS = 64
# Who answers pages as often as ours was asked for them: their tails are the generator's and the machine's.
FLOORS = {"C epoll loop": start_epoll, "bare NIO": start_nio}


def latency_bar(stack, folder):
    """What the server can do is measured first, each round, by asking as fast as it answers; then half
    as often is asked, evenly, whatever the answers do. Latencies count from when a request was due, or
    from when it was sent where the generator itself woke late for it.

    What the first left to the database is waited for: half of capacity would not have left it."""
    nodus, port = start_nodus(stack, folder)
    page, paths, token = filled_chats(port, 16)
    page_file = folder / "page.json"
    page_file.write_bytes(page)
    rates, contestants, missing, rows = {}, {}, {}, []

    def sampler(name):
        requests = ["--kind", KINDS[name]]

        def sample():
            rates[name] = int(load(nodus, port, CONNECTIONS, *requests)["result"]["perSecond"] / 2)
            wait_for_store(port)
            return evenly(nodus, port, rates[name], requests)
        return sample

    def floor(server, floor_port):
        requests = ["--kind", "raw", "--header", token]
        for path in paths:
            requests += ["--path", path]
        return lambda: evenly(server, floor_port, rates["page"], requests)

    for name in KINDS:
        contestants[name] = sampler(name)
        rows += [
            Row(f"P8 p99 of {name} at half of capacity", name, None, "ms", 5, 1, at_most=True),
            Row("   p50", name, None, "ms", at_most=True, key="p50"),
        ]
        for floor_name, start in FLOORS.items() if name == "page" else ():
            optional(contestants, missing, floor_name, lambda: floor(*start(stack, folder, page_file)))
            rows += [
                Row(f"   p99 of the same rate, {floor_name}", name, floor_name, "ms", at_most=True),
                Row("   p50", name, floor_name, "ms", at_most=True, key="p50"),
            ]
        rows += [
            Row("   asked for", name, None, "/s", key="rate"),
            Row("   answered of what was asked", name, None, "", key="answered"),
        ]
    return contestants, rows, missing


def evenly(server, port, rate, requests):
    measured = load(server, port, CONNECTIONS, "--rate", rate, *requests)
    result = measured["result"]
    return measured | {
        "value": result["p99"], "p50": result["p50"], "rate": rate,
        "answered": result["perSecond"] / rate,
    }
