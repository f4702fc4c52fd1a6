"""Turns: the sides of a comparison run alternately, so that whatever else the machine does meanwhile affects both."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

Result = TypeVar("Result")

REST = 0.1
"""Seconds between turns, in which the threads of the side that ran last stop spinning."""


def turns(sides: Sequence[Callable[[], Result]], rounds: int, rest: float = REST) -> list[list[Result]]:
    """Call the sides alternately, A B A B ..., and return the results of each.

    A first round, in which caches and thread pools warm up, is not kept.
    """
    results: list[list[Result]] = [[] for _ in sides]
    for _ in range(1 + rounds):
        for kept, side in zip(results, sides, strict=True):
            time.sleep(rest)
            kept.append(side())
    return [kept[1:] for kept in results]


def trainings(sides: Sequence[Callable[[int], Result]], seeds: int) -> list[list[Result]]:
    """Train each side from the seeds 0, 1, 2, ... in turns; the round that is not kept is of seed 0, too."""

    def train_next(train: Callable[[int], Result], numbers: Iterator[int]) -> Result:
        return train(next(numbers))

    return turns([partial(train_next, train, iter([0, *range(seeds)])) for train in sides], seeds)


def ratios(ours: Sequence[float], peer: Sequence[float]) -> list[float]:
    """Return ours / peer for each pair of turns."""
    return [mine / other for mine, other in zip(ours, peer, strict=True)]


def seconds(values: Sequence[float]) -> str:
    """Return the median in the unit that suits it, such as "173 ms"."""
    median = statistics.median(values)
    return f"{median:.2f} s" if median >= 1 else f"{median * 1e3:.3g} ms"


def mebibytes(values: Sequence[float]) -> str:
    """Return the largest of them, such as "116 MiB"."""
    return f"{max(values):.0f} MiB"
