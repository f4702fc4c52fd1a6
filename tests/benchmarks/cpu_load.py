"""Other processes that take CPU time: how much they took while something was measured, and some that take it all."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STAT = Path("/proc/stat")
BUSY_LOOP = "while True: pass"


@contextmanager
def busy_processes(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Let that many processes, which it yields, compute all the time within the block."""
    processes = [subprocess.Popen([sys.executable, "-c", BUSY_LOOP]) for _ in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class CpuTimes:
    """Seconds on the clock, and the CPU seconds taken by then: by all processes, and by this one and its children.

    `total` includes the time in which a virtual machine was not given its cores; it is known on Linux only.
    """

    clock: float
    total: float | None
    own: float

    @classmethod
    def now(cls) -> Self:
        return cls(time.monotonic(), _total(), sum(os.times()[:4]))

    def others_since(self, before: Self, cores: int) -> float | None:
        """Return the fraction of the cores that other processes took since `before`; None if it is unknown."""
        if self.total is None or before.total is None:
            return None
        others = (self.total - before.total) - (self.own - before.own)
        return max(0.0, others / ((self.clock - before.clock) * cores))


def _total() -> float | None:
    if not STAT.exists():
        return None
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = map(int, STAT.read_text().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")
