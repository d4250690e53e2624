"""P7: what an idle socket, a message and a user take."""

import contextlib
import pathlib
import shutil
import tempfile

from measuring.ourselves import start_nodus
from measuring.samples import client
from measuring.table import Row, optional

from .resident import CHATS_EACH, FEW_MEMBERS, MEMBERS, messages_contestant, people_contestant

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

    contestants, missing = {"sockets": sample}, {}
    contestants["messages"], length = messages_contestant(stack, folder)
    optional(contestants, missing, "people", lambda: people_contestant(stack, folder))
    rows = [
        Row(f"P7 idle socket, {SOCKETS:,}", "sockets", None, "KB", 16, 8, at_most=True),
        Row("   until all are open", "sockets", None, "s", key="seconds"),
        Row(f"P7 resident message, {length:.0f} B as answered", "messages", None, "B", 700, 450, at_most=True),
        Row("   with a 100th of its chat of 10", "messages", None, "B", key="with_chat"),
        Row("   before the server was restarted", "messages", None, "B", key="filled"),
        Row(f"P7 resident user in {CHATS_EACH} chats of {MEMBERS:,}", "people", None, "B", 1024, 600, at_most=True),
        Row(f"   in {CHATS_EACH} chats of {FEW_MEMBERS}", "people", None, "B", key="smaller"),
        Row("   in none", "people", None, "B", key="alone"),
        Row("   so a place in a chat", "people", None, "B", key="place"),
    ]
    return contestants, rows, missing
