"""What a row of the table says, and when a comparison is refused because the work was not the same."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ACCURACY_APART = 0.003
"""Accuracies further apart than this (0.3 points) mean that one side did less."""

Problem = Literal["", "refused", "not run", "failed"]
State = Literal["met", "missed", "measured", "refused", "not run", "failed"]


class UnequalWork(Exception):
    """The two sides did not do the same work, so their times say nothing about each other."""


class CannotRun(Exception):
    """A peer or the data is not here."""


@dataclass(frozen=True)
class Work:
    """What one side did, as it counted it itself; `accuracy` (0 to 1) is that of the test set afterwards."""

    parameters: int
    epochs: int
    batch_size: int
    examples: int
    recipe: str
    accuracy: float


@dataclass(frozen=True)
class Target:
    """The limit that a median has to keep."""

    limit: float
    kind: Literal["at most", "at least"] = "at most"

    def met(self, value: float) -> bool:
        return value <= self.limit if self.kind == "at most" else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.kind == 'at most' else '>='} {self.limit:,g}"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was compared, both sides in words, and one value for each pair of turns.

    `unit` is that of the values: "" for a ratio. `reason` says why there are none; `remarks` are printed below the
    table; `details` go to the json only.
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
    """Something with more than one figure a line, printed by itself; tables of one title are printed as one.

    `details` go to the json only.
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def same_work(ours: Work, peer: Work) -> None:
    """Raises `UnequalWork` where parameters, recipe or examples differ, or the accuracies by over 0.3 points."""
    for name in ("parameters", "epochs", "batch_size", "examples", "recipe"):
        mine, other = getattr(ours, name), getattr(peer, name)
        if mine != other:
            raise UnequalWork(f"{name.replace('_', ' ')}: {mine} here, {other} there")
    same_accuracy([ours.accuracy], [peer.accuracy])


def same_accuracy(ours: Sequence[float], peer: Sequence[float]) -> None:
    """Raises `UnequalWork` where the mean accuracies are more than 0.3 points apart."""
    mine, other = statistics.mean(ours), statistics.mean(peer)
    if abs(mine - other) > ACCURACY_APART + 1e-9:
        raise UnequalWork(f"accuracy: {mine:.2%} here, {other:.2%} there, more than 0.3 points apart")
