"""Whole processes, as a user starts them: seconds on the clock, peak memory, and what they wrote."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
KIBIBYTE = 1 if sys.platform == "darwin" else 1024
"""The unit of ru_maxrss in bytes."""

MIB = 2**20


@dataclass(frozen=True)
class Ended:
    """A process that went well. `peak` is its peak resident memory in MiB, with the pages of files that it mapped;

    `private` is what it held of its own at its largest, as sampled (Linux only, else None).
    """

    seconds: float
    peak: float
    private: float | None
    output: str


def environment(threads: int | None = None, **more: str) -> dict[str, str]:
    """Return the environment of a child: without what the shell sets for hwr, with this many threads if given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HWR_", "COVERAGE")) and name not in (*THREAD_SETTINGS, "COLUMNS", "NO_COLOR")
    }
    return kept | ({name: str(threads) for name in THREAD_SETTINGS} if threads else {}) | more


def hwr() -> list[str]:
    """Return the command that users run: the console script beside this Python, else the module."""
    script = Path(sys.executable).with_name("hwr")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "handwriting"]


def run(command: Sequence[str | Path], environment: Mapping[str, str], *, sampled: bool = False) -> Ended:
    """Run a command to its end. Raises `RuntimeError` with what it said where it fails."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as talk:
        started = time.perf_counter()
        child = subprocess.Popen(
            list(map(str, command)), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=talk, cwd=ROOT
        )
        sampler = _Sampler(child.pid) if sampled else None
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)  # else Popen would wait for a process that is gone
        private = sampler.stop() if sampler else None
        output.seek(0)
        talk.seek(0)
        if child.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))}: exit {child.returncode}: {talk.read()[-2000:]}")
        return Ended(seconds, usage.ru_maxrss * KIBIBYTE / MIB, private, output.read())


def own_peak() -> float:
    """Return this process's peak memory in MiB. A child's figure starts from it, so it has to stay the smaller one."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE / MIB


class _Sampler:
    """Looks every 10 ms at what a process holds of its own."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._ended = threading.Event()
        self._largest = 0.0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float | None:
        self._ended.set()
        self._thread.join()
        return self._largest or None

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            try:
                lines = self._status.read_text().splitlines()
            except OSError:
                return
            private = [int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")]
            self._largest = max([self._largest, *private])
