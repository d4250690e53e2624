"""Allocations of a delivered frame, counted from outside."""

import contextlib
import pathlib
import shutil
import tempfile

from measuring.ourselves import start_nodus
from measuring.processes import compile_c
from measuring.samples import fan_out
from measuring.settings import ROOT, SECONDS
from measuring.table import Row

FEW, MANY = 500, 1000
# Slow enough that frames go out alone.
PACE = 20


def allocation_bar(stack, folder):
    """The same messages to so many sockets and to twice as many: what the second half of the
    deliveries costs has nothing of the messages' own cost in it. With the canary, each write
    allocates once more, and has to be seen; a busy machine has fewer writes than frames."""
    source = ROOT / "Benchmarks/allocations/counter.c"
    counter = compile_c(source, folder / "counter.so", "-shared", "-fPIC")

    def sampler(canary, of):
        def sample():
            with contextlib.ExitStack() as sample_stack:
                fresh = pathlib.Path(tempfile.mkdtemp(dir=folder))
                sample_stack.callback(shutil.rmtree, fresh)
                server, port = start_nodus(sample_stack, fresh, environment={
                    "LD_PRELOAD": str(counter),
                    "ALLOCATION_COUNTS": str(fresh / "counts"),
                    "ALLOCATION_CANARY": str(canary),
                })
                few, many = (
                    fan_out(
                        server, port, "--sockets", count, "--pace", PACE, "--seconds", SECONDS,
                        "--allocations", fresh / "counts",
                    )
                    for count in (FEW, MANY)
                )
            more = {
                key: many["result"][key] - few["result"][key]
                for key in ("allocations", of)
            }
            return many | {"value": more["allocations"] / more[of]}
        return sample

    contestants = {"nodus": sampler(0, "deliveries"), "canary": sampler(1, "writes")}
    rows = [
        Row("allocations a delivered frame", "nodus", None, "", 0.1, 0.01, at_most=True),
        Row("   a write, one planted in each", "canary", None, "", 0.9),
    ]
    return contestants, rows, {}
