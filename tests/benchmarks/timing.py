"""Turns: contestants run alternately, so that whatever else the machine does at the time hits all of them."""

import statistics
import time
from collections.abc import Callable, Sequence

REST = 0.1
"""Seconds between turns, in which the threads of the one that ran last stop spinning."""


def turns(contestants: Sequence[Callable[[], float]], rounds: int, rest: float = REST) -> list[list[float]]:
    """Let each contestant run in turn, A B A B ..., and return what each of them gave (usually seconds).

    A first round, in which caches and pools fill, is not kept.
    """
    kept: list[list[float]] = [[] for _ in contestants]
    for number in range(-1, rounds):
        for results, run in zip(kept, contestants, strict=True):
            time.sleep(rest)
            value = run()
            if number >= 0:
                results.append(value)
    return kept


def ratios(ours: Sequence[float], peer: Sequence[float]) -> list[float]:
    """Return ours / peer for each pair of turns."""
    return [mine / other for mine, other in zip(ours, peer, strict=True)]


def seconds(values: Sequence[float]) -> str:
    """Return the median in the unit that suits it, such as "173 ms"."""
    median = statistics.median(values)
    return f"{median:.2f} s" if median >= 1 else f"{median * 1e3:.3g} ms"
