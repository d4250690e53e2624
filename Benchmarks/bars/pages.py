"""P1: pages from memory."""

from measuring.floors import start_epoll, start_nginx, start_nio
from measuring.ourselves import filled_chats, start_nodus
from measuring.samples import load
from measuring.table import Row, optional


def page_bar(stack, folder):
    """P1. All servers get the same requests, token and all, from the same client."""
    nodus, nodus_port = start_nodus(stack, folder)
    page, paths, token = filled_chats(nodus_port, 16)
    page_file = folder / "page.json"
    page_file.write_bytes(page)
    requests = ["--kind", "raw", "--header", token]
    for path in paths:
        requests += ["--path", path]

    def sampler(server, port):
        def sample():
            measured = load(server, port, 64, *requests)
            return measured | {"value": measured["result"]["serverMicroseconds"]}
        return sample

    contestants, missing = {}, {}
    contestants["bare NIO"] = sampler(*start_nio(stack, folder, page_file))
    contestants["nodus"] = sampler(nodus, nodus_port)
    optional(contestants, missing, "nginx", lambda: sampler(*start_nginx(stack, folder, page_file)))
    optional(contestants, missing, "C epoll", lambda: sampler(*start_epoll(stack, folder, page_file)))
    rows = [
        Row("P1 page of 50, CPU a request", "nodus", "bare NIO", "µs", 1.5, 1.2, at_most=True),
        Row("   the same beside nginx", "nodus", "nginx", "µs", at_most=True),
        Row("   the same beside a C epoll loop", "nodus", "C epoll", "µs", at_most=True),
    ]
    return contestants, rows, missing
