#!/usr/bin/env python3
"""Counts what a piece of work takes, and fails where that is over its limit.

`nodus-costs` does a piece of work so many times. It is run with two numbers; the difference, divided, has
neither start nor end in it. Instructions are callgrind's, of all threads, without the kernel's; allocations
are counted by Benchmarks/allocations/counter.c. The client that asks and reads is counted with the server.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMITS = pathlib.Path(__file__).with_name("limits.json")
FEW, MANY = 400, 1200
FEW_SOCKETS, MANY_SOCKETS = 4, 20
FEW_EVENTS, MANY_EVENTS = 20_000, 60_000


class Instructions:
    """callgrind of Valgrind 3.19 cannot read what Swift leaves for debuggers: a stripped copy has none."""

    def __init__(self, folder, program):
        self.program = folder / "stripped"
        subprocess.run(["strip", "-o", self.program, program], check=True)

    def __call__(self, *arguments):
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", self.program, *arguments],
            capture_output=True, text=True,
        )
        found = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode != 0 or not found:
            sys.exit(f"{done.args} failed:\n{done.stderr[-2000:]}")
        return int(found[1])


class Allocations:
    def __init__(self, folder, program):
        self.program, self.counts = program, folder / "counts"
        self.counter = folder / "counter.so"
        source = ROOT / "Benchmarks/allocations/counter.c"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", self.counter, source], check=True)

    def __call__(self, *arguments):
        environment = {"LD_PRELOAD": str(self.counter), "ALLOCATION_COUNTS": str(self.counts)}
        subprocess.run(
            [self.program, *arguments], env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
        return int.from_bytes(self.counts.read_bytes()[:8], sys.byteorder)


def costs(count, folder):
    def slope(few, many, arguments):
        """What one more takes."""
        return (count(*arguments(many)) - count(*arguments(few))) / (many - few)

    def fresh():
        return pathlib.Path(tempfile.mkdtemp(dir=folder)) / "journal"

    def sends(sockets):
        return slope(FEW, MANY, lambda number: ["sends", fresh(), str(number), str(sockets)])

    few, many = sends(FEW_SOCKETS), sends(MANY_SOCKETS)
    return {
        "page": slope(FEW, MANY, lambda number: ["pages", fresh(), str(number)]),
        "send": sends(0),
        "frame": (many - few) / (MANY_SOCKETS - FEW_SOCKETS),
        "replayed event": slope(
            FEW_EVENTS, MANY_EVENTS, lambda number: ["replay", folder / f"journal-{number}"]),
    }


def main():
    program = ROOT / ".build/release/nodus-costs"
    for needed in ("valgrind", "cc", "strip"):
        if shutil.which(needed) is None:
            sys.exit(f"{needed} is missing: scripts/requirements test installs it.")
    limits = json.loads(LIMITS.read_text())
    with tempfile.TemporaryDirectory(prefix="costs-", dir=ROOT / ".build") as name:
        folder = pathlib.Path(name)
        for number in (FEW_EVENTS, MANY_EVENTS):
            subprocess.run([program, "journal", folder / f"journal-{number}", str(number)], check=True)
        measured = {
            "instructions": costs(Instructions(folder, program), folder),
            "allocations": costs(Allocations(folder, program), folder),
        }
    print(f"{'':16}{'instructions':>14}{'limit':>10}{'allocations':>14}{'limit':>10}")
    is_over = False
    for work in limits["instructions"]:
        cells = []
        for kind, digits in (("instructions", 0), ("allocations", 2)):
            value, limit = measured[kind][work], limits[kind][work]
            is_over |= value > limit
            cells.append(f"{value:>14,.{digits}f}{limit:>10,}")
        print(f"{work:16}{''.join(cells)}")
    if is_over:
        sys.exit("Over a limit: find out what became dearer, or write down why the limit is another.")


if __name__ == "__main__":
    main()
