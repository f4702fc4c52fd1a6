"""A campaign: attacking one target for some time, with inputs that follow from the seed."""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity

from tests.fuzz.target import Outcome, Target

ROUND = 1000
"""Inputs of a round; each round has the next seed."""


@dataclass
class Report:
    """How many files were accepted and refused, and what ended the campaign early, if anything."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    crash: Exception | None = None
    crash_seed: int | None = None
    interrupted: bool = False


def attack(
    target: Target, seconds: float, seed: int, current: Path, is_stopped: Callable[[], bool] = lambda: False
) -> Report:
    """Attack a target until that much processor time is over, something crashes, or it is to stop before a file.

    The input at hand is always in the file `current`: after a crash of the target, the smallest that crashes it; after
    one of the whole process, the one that ended it.
    """
    report, end = Report(), time.process_time() + seconds
    for round_seed in itertools.count(seed):
        try:
            _round(target, end, round_seed, current, report, is_stopped)
        except Exception as error:
            report.crash, report.crash_seed = error, round_seed
            break
        except KeyboardInterrupt:
            report.interrupted = True
        if report.interrupted or time.process_time() >= end:
            current.unlink(missing_ok=True)
            break
    return report


def _round(
    target: Target, end: float, seed: int, current: Path, report: Report, is_stopped: Callable[[], bool]
) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=ROUND, database=None, deadline=None, report_multiple_bugs=False, print_blob=False,
        verbosity=Verbosity.quiet, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(target.inputs)
    def check(content: bytes) -> None:
        if is_stopped():
            raise KeyboardInterrupt
        if time.process_time() < end:
            current.write_bytes(content)
            with TemporaryDirectory() as folder:
                report.counts[target.outcome(content, Path(folder))] += 1

    check()
