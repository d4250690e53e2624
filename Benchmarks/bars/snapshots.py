"""Has a server take snapshots while something else is measured."""

import contextlib
import re
import signal
import statistics
import threading
import time

from measuring.settings import STOP_SECONDS


class Snapshots:
    """Has a server take them, and reads in its log what it says of each."""

    TAKEN = re.compile(r"bytes=(\d+) .*seconds=([0-9.e-]+) seconds.* a snapshot was taken")

    def __init__(self, server):
        self.server = server

    @property
    def taken(self):
        return [
            (int(size), float(seconds))
            for size, seconds in self.TAKEN.findall(self.server.log.read_text())
        ]

    def take(self):
        before = len(self.taken)
        end = time.monotonic() + STOP_SECONDS
        self.server.process.send_signal(signal.SIGUSR1)
        while len(self.taken) == before:
            if time.monotonic() > end:
                self.server.failed("took no snapshot")
            time.sleep(0.02)
        return self.taken[-1]

    @contextlib.contextmanager
    def one_after_the_other(self):
        """One is always being taken; there is a list of those that were."""
        taken, is_over = [], threading.Event()

        def run():
            while not is_over.is_set():
                taken.append(self.take())

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield taken
        finally:
            is_over.set()
            thread.join()


def statistics_of(taken):
    return {
        "snapshot_count": len(taken),
        "snapshot_seconds": statistics.median(seconds for _, seconds in taken),
        "snapshot_megabytes": taken[-1][0] / 1e6,
    }
