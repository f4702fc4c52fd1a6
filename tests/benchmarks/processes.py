"""Whole processes, as a user starts them: their time, peak memory and output."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .results import CannotRun

ROOT = Path(__file__).parents[2]
SHELL_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "COLUMNS", "NO_COLOR")
MIB = 2**20
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss`."""


@dataclass(frozen=True)
class Completed:
    """A process that succeeded: the `seconds` that it took, and those of CPU time, with the processes that it started.

    `peak` is its peak resident memory in MiB, with the pages of files that it mapped; `private` the peak without
    them, as sampled (on Linux only, if asked for).
    """

    seconds: float
    cpu_seconds: float
    peak: float
    private: float | None
    output: str


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a child process: this one's, without what a shell may set for hwr."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HWR_", "COVERAGE")) and name not in SHELL_SETTINGS
    }
    return kept | more


def hwr(*arguments: object) -> list[str]:
    """Return a command that runs hwr: the console script beside this Python, else the module."""
    script = Path(sys.executable).with_name("hwr")
    return [str(script), *map(str, arguments)] if script.is_file() else python("-m", "handwriting", *arguments)


def python(*arguments: object) -> list[str]:
    """Return a command that runs this Python."""
    return [sys.executable, *map(str, arguments)]


def run(command: Sequence[str], environment: Mapping[str, str], *, sampled: bool = False) -> Completed:
    """Run a command; raise `RuntimeError` with its messages if it fails.

    With `sampled`, its private memory is looked at every 10 ms, too.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as messages:
        started = time.perf_counter()
        child = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=messages, cwd=ROOT
        )
        private = 0.0
        while (ended := os.wait4(child.pid, os.WNOHANG if sampled else 0))[0] == 0:
            private = max(private, _private_memory(child.pid))
            time.sleep(0.01)
        seconds = time.perf_counter() - started
        _, status, usage = ended
        child.returncode = os.waitstatus_to_exitcode(status)  # else Popen would wait for a process that is gone
        output.seek(0)
        messages.seek(0)
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}: {messages.read()[-2000:]}")
        cpu_seconds = usage.ru_utime + usage.ru_stime
        return Completed(seconds, cpu_seconds, usage.ru_maxrss * MAXRSS_UNIT / MIB, private or None, output.read())


def check_peak(completed: Completed) -> None:
    """Raise `CannotRun` if the peak memory may be that of this process: a child's figure starts from its parent's."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MIB
    if completed.peak <= own:
        raise CannotRun(f"this process itself took {own:.0f} MiB, so the peak of a child can't be measured")


def resident_memory(pid: int) -> float:
    """Return the MiB of memory that a process has now; raises `CannotRun` where that is unknown."""
    try:
        return _memory(pid, "VmRSS")
    except OSError as error:
        raise CannotRun("the memory of a process is known on Linux only") from error


def _private_memory(pid: int) -> float:
    """Return the MiB of a process's memory that are not pages of files; 0 if that is unknown."""
    with suppress(OSError):
        return _memory(pid, "RssAnon")
    return 0.0


def _memory(pid: int, kind: str) -> float:
    """Return the MiB of one kind of a process's memory, as Linux tells them."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024
