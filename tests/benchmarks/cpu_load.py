"""The CPU time that other processes took while something was measured, which slows thread pools down."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STAT = Path("/proc/stat")


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
