"""How much of the machine other processes took while something was measured: thread pools bear that badly."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STAT = Path("/proc/stat")


@dataclass(frozen=True)
class Moment:
    """The clock, and the processor seconds that all processes and this one with its ended children had taken by then.

    `everybody` counts the time, too, in which a virtual machine was not given its cores; it is None but on Linux.
    """

    clock: float
    everybody: float | None
    own: float

    @classmethod
    def now(cls) -> Self:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(time.monotonic(), _everybody(), sum(usage.ru_utime + usage.ru_stime for usage in used))

    def others_since(self, before: Self, cores: int) -> float | None:
        """Return the share of the cores (0 to 1) that others took since `before`; None where that can't be known."""
        if self.everybody is None or before.everybody is None:
            return None
        others = (self.everybody - before.everybody) - (self.own - before.own)
        return max(0.0, others / ((self.clock - before.clock) * cores))


def _everybody() -> float | None:
    if not STAT.exists():
        return None
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = map(int, STAT.read_text().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")
