#!/usr/bin/env python3
"""Measures the server beside its floors, alternating, in one run, and prints one table.

Environment: ROUNDS (5), SECONDS_PER_RUN (3), BAR (P1 to P8, resume, allocations, crowd or web; all of them.
P9: growth, or P9-messages, P9-people, P9-members), MESSAGES (of P6: 1000000), MESSAGES_MAX (of P9: 1000000;
with 5000000 there is a size more).
Only ratios within a run mean anything. The raw rounds go to .build/bench.json.
"""

import contextlib
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile
import time

from bars import BY_NAME, named
from measuring.settings import CORES, LOOPS, PLOT, RELEASE, RESULT, ROOT, ROUNDS, SECONDS
from measuring.table import print_doubts, print_table


def measure(name, folder):
    """All contestants in turn, round after round."""
    with contextlib.ExitStack() as stack:
        contestants, rows, missing = BY_NAME[name](stack, folder)
        samples = {contestant: [] for contestant in contestants}
        for round_number in range(1, ROUNDS + 1):
            for contestant, sample in contestants.items():
                show_progress(f"{name} round {round_number} of {ROUNDS}: {contestant}")
                samples[contestant].append(sample())
        show_progress("")
    return {"rows": rows, "samples": samples, "missing": missing}


def show_progress(text):
    if sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr)


def machine(folder):
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    disk = subprocess.run(
        ["df", "--output=source,fstype", folder], capture_output=True, text=True
    ).stdout.split()[-2:]
    return {
        "cores": CORES,
        "loops": LOOPS,
        "cpu": models[0] if models else platform.machine(),
        "kernel": platform.release(),
        "disk": " ".join(disk),
        "load": os.getloadavg()[0],
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def main():
    wanted = os.environ.get("BAR")
    names = named(wanted)
    if not names:
        sys.exit(f"BAR is one of P9, {', '.join(BY_NAME)}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell may have started us, in the background, with this one ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    measured = {}
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / ".build") as parent:
        about = machine(parent)
        if "tmpfs" in about["disk"]:
            print("The data lies in memory (tmpfs): P2 says nothing.")
        for name in names:
            folder = pathlib.Path(parent) / name
            folder.mkdir()
            measured[name] = measure(name, folder)
    described = ", ".join(f"{name} {value}" for name, value in about.items())
    print(f"{ROUNDS} rounds of {SECONDS} s; {described}")
    print_table(measured)
    if wanted is None:
        subprocess.run([RELEASE / "nodus-bench", "wheel"], check=True)
    print_doubts(measured)
    bars = {
        name: {
            "rows": [
                described for row in bar["rows"]
                if (described := row.described(bar["samples"], bar["missing"]))
            ],
            "samples": bar["samples"], "missing": bar["missing"],
        }
        for name, bar in measured.items()
    }
    result = {"machine": about, "rounds": ROUNDS, "seconds": SECONDS, "bars": bars}
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(f"The raw rounds are in {RESULT.relative_to(ROOT)}.")
    plotted = subprocess.run(
        [sys.executable, ROOT / "Benchmarks/plot.py", RESULT, PLOT], capture_output=True, text=True
    )
    if plotted.returncode == 0:
        print(f"The plot is {PLOT.relative_to(ROOT)}.")
    else:
        print(f"NOT RUN: the plot: {plotted.stderr.strip().splitlines()[-1:]}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
