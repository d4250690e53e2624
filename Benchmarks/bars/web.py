"""The web client in a browser with nothing in its cache."""

import json
import os

from measuring.processes import Missing
from measuring.samples import run_client
from measuring.settings import RELEASE, ROOT
from measuring.table import Row, optional

PYTHON = ROOT / ".build/browser-tools/bin/python"


def web_bar(stack, folder):
    """The browser and the server are started by the client, so all of their time counts as its."""

    def start():
        if not PYTHON.exists():
            raise Missing("scripts/browser-tools could not set playwright up")
        os.environ["NODUS_BINARY"] = str(RELEASE / "nodus")

        def sample():
            output, shares = run_client([PYTHON, ROOT / "Tests/Browser/measure.py", 1], [])
            result = json.loads(output.strip().splitlines()[-1])
            return shares | {
                "value": result["firstPage"][0], "task": result["longestTask"][0],
                "result": result,
            }

        return sample

    contestants, missing = {}, {}
    optional(contestants, missing, "page", start)
    rows = [
        Row("first page of messages, cold", "page", None, "ms", 300, at_most=True),
        Row("   longest task while scrolling", "page", None, "ms", 50, at_most=True, key="task"),
    ]
    return contestants, rows, missing
