"""Comparison: whether one model reads better than another, asked on the same pictures.

Two intervals that overlap say little, as both models read the same pictures. What counts is where they differ: if
neither were better, each of the two would be the right one in half of these cases.

McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947; here in its
exact form, with the binomial distribution instead of its approximation. For several pairs: Holm, "A simple sequentially
rejective multiple test procedure", 1979.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Labels

Answers = Sequence[NDArray[np.intp]]
"""For each model the class that it read in each picture, (n,)."""


@dataclass(frozen=True)
class Pair:
    """Two models, by their places in the list: how many pictures only the one, or only the other, reads right.

    `p_value` is the probability of a difference at least as large if neither were better; `adjusted` is the same,
    raised so that among all pairs that are compared a false alarm stays as rare as for one.
    """

    first: int
    second: int
    only_first: int
    only_second: int
    p_value: float
    adjusted: float


def pairs(answers: Answers, labels: Labels) -> list[Pair]:
    """Compare every two of the models by what they read where the truth is `labels` (n,)."""
    right = [answer == labels for answer in answers]
    found = []
    for first, second in combinations(range(len(right)), 2):
        only_first = int(np.sum(right[first] & ~right[second]))
        only_second = int(np.sum(right[second] & ~right[first]))
        p_value = mcnemar(only_first, only_second)
        found.append(Pair(first, second, only_first, only_second, p_value, p_value))
    return _holm(found)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value, 0 to 1, of McNemar's test in its exact form.

    It is the probability that of as many fair coins the fewer heads or tails are at most the smaller of the two. Whole
    numbers are exact, and cost a few milliseconds even for 10,000 coins.
    """
    coins, fewer = only_first + only_second, min(only_first, only_second)
    if only_first == only_second:
        return 1.0
    ways = term = 1
    for k in range(1, fewer + 1):
        term = term * (coins - k + 1) // k
        ways += term
    return min(1.0, 2 * ways / 2**coins)


def differing(answers: Answers) -> NDArray[np.intp]:
    """Return the positions of the pictures that the models do not all read the same."""
    return np.flatnonzero(np.any([answer != answers[0] for answer in answers[1:]], axis=0))


def _holm(found: list[Pair]) -> list[Pair]:
    """Multiply the smallest p-value by the number of pairs, the next one by one less, and so on, never falling."""
    order = sorted(range(len(found)), key=lambda i: found[i].p_value)
    least, result = 0.0, list(found)
    for rank, i in enumerate(order):
        least = max(least, min(1.0, (len(found) - rank) * found[i].p_value))
        result[i] = replace(found[i], adjusted=least)
    return result
