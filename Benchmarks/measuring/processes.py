"""Processes that are measured."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

from .settings import READY_SECONDS, STOP_SECONDS


class Missing(Exception):
    """A floor's program is not installed."""


def end_with_us(libc=ctypes.CDLL(None)):
    """In a child: PR_SET_PDEATHSIG, so that it ends even where we are killed."""
    libc.prctl(1, signal.SIGTERM)


class Server:
    """A process that is measured, with its workers. It does not outlive this script."""

    def __init__(self, stack, folder, arguments, environment=None):
        name = pathlib.Path(arguments[0]).name
        self.log = folder / f"{name}.log"
        self.process = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdout=subprocess.PIPE,
            stderr=open(self.log, "w"),
            text=True,
            env=os.environ | (environment or {}),
            preexec_fn=end_with_us,
        )
        stack.callback(self.stop)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def failed(self, what):
        sys.exit(f"{what}: {' '.join(self.process.args)}\n{self.log.read_text()[-2000:]}")

    def announced_port(self):
        """From the line that our own programs print when they are ready."""
        line = self.process.stdout.readline()
        if " is ready on http://" not in line:
            self.failed("did not start")
        return int(line.rsplit(":", 1)[1])

    def wait_for(self, port):
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return port
            time.sleep(0.02)
        self.failed("did not start")

    @property
    def resident(self):
        """In bytes, what is shared with other processes counted too (proc(5), VmRSS)."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    @property
    def pids(self):
        own = self.process.pid
        children = pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def needed(program):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        raise Missing(f"{program} is not installed")
    return path


def compile_c(source, program, *options):
    words = [needed("cc"), "-O2", *options, "-o", program, source]
    subprocess.run([str(word) for word in words], check=True)
    return program
