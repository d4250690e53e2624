"""What a run goes by; most of it can be set in the environment."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / ".build/release"
RESULT = ROOT / ".build/bench.json"
PLOT = ROOT / ".build/bench.svg"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS_PER_RUN", "3"))
MESSAGES = int(os.environ.get("MESSAGES", "1000000"))
MESSAGES_MAX = int(os.environ.get("MESSAGES_MAX", "1000000"))
CORES = os.cpu_count() or 1
# As many as our server has by itself; the floors have as many.
LOOPS = max(1, CORES - 1)
SATURATED = 0.95
READY_SECONDS = 30
# The snapshot that a large server takes at its end is in it.
STOP_SECONDS = 60
