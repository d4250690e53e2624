"""P7: what an idle socket takes."""

import contextlib
import pathlib
import shutil
import tempfile

from measuring.ourselves import start_nodus
from measuring.samples import client
from measuring.table import Row

SOCKETS, PEOPLE = 10_000, 500


def memory_bar(stack, folder):
    """P7. Server and client have 20,000 descriptors each at most. A new server each time: memory
    that was used and freed before would hide what sockets take."""

    def sample():
        with contextlib.ExitStack() as sample_stack:
            fresh = pathlib.Path(tempfile.mkdtemp(dir=folder))
            sample_stack.callback(shutil.rmtree, fresh)
            server, port = start_nodus(sample_stack, fresh)
            result, shares = client(
                server, "sockets", "--to", f"http://127.0.0.1:{port}", "--sockets", SOCKETS,
                "--people", PEOPLE, "--server-pid", server.process.pid,
            )
        each = max(result["bytesPerSocket"], result["bytesPerSocketOfSecondHalf"])
        return shares | {
            "value": each / 1024, "seconds": result["openSeconds"], "result": result,
        }

    rows = [
        Row(f"P7 idle socket, {SOCKETS:,}", "sockets", None, "KB", 16, 8, at_most=True),
        Row("   until all are open", "sockets", None, "s", key="seconds"),
    ]
    return {"sockets": sample}, rows, {}
