"""The results of a benchmark: rows and tables, targets, and the check that both sides did the same work."""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from .timing import ratios, seconds

SAME_ACCURACY = 0.003
"""Largest difference between two accuracies, 0 to 1, of the same work."""
CHANCE = 0.002
"""Twice the standard deviation, from seed to seed, of the difference between two accuracies."""

Problem = Literal["", "refused", "not run", "failed"]
State = Literal["met", "missed", "measured", "refused", "not run", "failed"]


class UnequalWork(Exception):
    """The two sides did not do the same work, so their times can't be compared."""


class CannotRun(Exception):
    """A library or the data is not installed."""


@dataclass(frozen=True)
class Work:
    """What a side did, as counted by that side; `accuracy` (0 to 1) is of the test set afterwards."""

    parameters: int
    epochs: int
    batch_size: int
    examples: int
    recipe: str
    accuracy: float


@dataclass(frozen=True)
class Target:
    """A limit for a median."""

    limit: float
    kind: Literal["at most", "at least"] = "at most"

    def met(self, value: float) -> bool:
        return value <= self.limit if self.kind == "at most" else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.kind == 'at most' else '>='} {self.limit:,g}"


@dataclass(frozen=True)
class Row:
    """One line of the main table: `what` was measured, both sides in words, and one value for each pair of turns.

    `unit` is that of the values, "" for a ratio. `problem` and `reason` say why there are no values. `remarks` are
    printed below the table; `details` are written to the JSON file only.
    """

    what: str
    ours: str = ""
    peer: str = ""
    values: Sequence[float] = ()
    unit: str = ""
    target: Target | None = None
    problem: Problem = ""
    reason: str = ""
    remarks: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def state(self) -> State:
        if self.problem:
            return self.problem
        if self.target is None:
            return "measured"
        return "met" if self.target.met(self.median) else "missed"

    def as_json(self) -> dict[str, Any]:
        numbers = {"median": self.median, "low": min(self.values), "high": max(self.values)} if self.values else {}
        return asdict(self) | numbers | {"state": self.state, "target": str(self.target or "")}


@dataclass(frozen=True)
class Table:
    """A table of its own; tables with the same title are printed as one. `details` are written to the JSON only."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def compare(
    what: str,
    ours: Sequence[float],
    peer: Sequence[float],
    target: Target | None = None,
    remarks: tuple[str, ...] = (),
    in_words: Callable[[Sequence[float]], str] = seconds,
    **details: Any,
) -> Row:
    """Return the row of a comparison, of one number of each side for each pair of turns."""
    details = {"ours": ours, "peer": peer} | details
    return Row(what, in_words(ours), in_words(peer), ratios(ours, peer), "", target, remarks=remarks, details=details)


def mean_accuracies(accuracies: Mapping[str, Sequence[float]], least: float) -> Iterator[Row]:
    """Yield a row for each of two sides, with its mean accuracy over several seeds; the target is `least` percent."""
    means = {name: statistics.mean(values) for name, values in accuracies.items()}
    ours, peer = (f"{mean:.2%}" for mean in means.values())
    for name, values in accuracies.items():
        yield Row(
            f"mean accuracy of {len(values)} seeds, {name}", ours, peer, [100 * means[name]], "%",
            Target(least, "at least"), remarks=(f"the worst of them {min(values):.2%}",),
            details={"accuracies": values},
        )  # fmt: skip


def check_same_work(ours: Work, peer: Work) -> None:
    """Raise `UnequalWork` if parameters, recipe or examples differ, or the accuracies by over 0.3 points."""
    check_same_recipe(ours, peer)
    check_same_accuracy([ours.accuracy], [peer.accuracy])


def check_same_recipe(ours: Work, peer: Work) -> None:
    """Raise `UnequalWork` if anything but the accuracy differs."""
    for name in ("parameters", "epochs", "batch_size", "examples", "recipe"):
        mine, other = getattr(ours, name), getattr(peer, name)
        if mine != other:
            raise UnequalWork(f"{name.replace('_', ' ')}: {mine} here, {other} there")


def check_as_accurate(ours: Sequence[float], peer: Sequence[float]) -> None:
    """Raise `UnequalWork` if the mean of `ours` is lower than that of `peer` by more than chance explains."""
    mine, other = statistics.mean(ours), statistics.mean(peer)
    if other - mine > CHANCE / math.sqrt(len(ours)):
        raise UnequalWork(f"accuracy: {mine:.2%} here, {other:.2%} there, more than by chance")


def check_same_accuracy(ours: Sequence[float], peer: Sequence[float]) -> None:
    """Raise `UnequalWork` if the mean accuracies are more than 0.3 points apart."""
    mine, other = statistics.mean(ours), statistics.mean(peer)
    if abs(mine - other) > SAME_ACCURACY + 1e-9:
        raise UnequalWork(f"accuracy: {mine:.2%} here, {other:.2%} there, more than 0.3 points apart")
