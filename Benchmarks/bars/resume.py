"""Sockets that are all cut at once and come back."""

from measuring.ourselves import start_nodus
from measuring.samples import client
from measuring.table import Row

SOCKETS, STORMS = 2000, 3


def resume_bar(stack, folder):
    """The client fails where a socket misses a message of its chats, or gets one twice."""
    nodus, port = start_nodus(stack, folder)

    def sample():
        result, shares = client(
            nodus, "resume", "--to", f"http://127.0.0.1:{port}", "--sockets", SOCKETS,
            "--storms", STORMS, "--churn", 5,
        )
        return shares | {
            "value": max(result["steadySeconds"]), "greeted": max(result["greetedSeconds"]),
            "resyncs": result["resyncs"], "cuts": result["cuts"], "result": result,
        }

    rows = [
        Row(f"resume of {SOCKETS:,}, all steady", "storms", None, "s", 10, at_most=True),
        Row("   all greeted", "storms", None, "s", key="greeted"),
        Row("   cuts, each resumed without a gap", "storms", None, "", key="cuts"),
        Row("   answered with resync", "storms", None, "", key="resyncs"),
    ]
    return {"storms": sample}, rows, {}
