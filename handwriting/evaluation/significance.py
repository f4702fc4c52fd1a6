"""Significance: whether one model reads better than another, or was lucky with these images.

Whether two confidence intervals overlap says little here, because both models read the same images. What counts are the
images that only one of them reads right: if neither were better, each model would be right in half of these.

McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947, in its
exact form, by the binomial distribution. For several pairs: Holm, "A simple sequentially rejective multiple test
procedure", 1979.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Labels

Readings = Sequence[NDArray[np.intp]]
"""For each model the class that it read in each image, (n,)."""


@dataclass(frozen=True)
class Pair:
    """Two models, by their positions: how many images only the first, or only the second, reads right.

    `p_value` is the probability of a difference at least as large if neither were better; `adjusted` is the p-value
    after Holm's correction for the number of pairs.
    """

    first: int
    second: int
    only_first: int
    only_second: int
    p_value: float
    adjusted: float


def pairs(readings: Readings, labels: Labels) -> list[Pair]:
    """Compare every two models by their readings of images with these labels (n,)."""
    right = [reading == labels for reading in readings]
    found = []
    for first, second in combinations(range(len(right)), 2):
        only_first = int(np.sum(right[first] & ~right[second]))
        only_second = int(np.sum(right[second] & ~right[first]))
        p_value = mcnemar(only_first, only_second)
        found.append(Pair(first, second, only_first, only_second, p_value, p_value))
    return _holm(found)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value, 0 to 1, of McNemar's exact test.

    With n = only_first + only_second and k the smaller of the two, that is 2 sum_{i <= k} C(n, i) / 2^n.
    """
    from scipy.special import bdtr

    n, k = only_first + only_second, min(only_first, only_second)
    return min(1.0, 2 * float(bdtr(k, n, 0.5)))


def differing(readings: Readings) -> NDArray[np.intp]:
    """Return the positions of the images that not all models read the same."""
    return np.flatnonzero(np.any([reading != readings[0] for reading in readings[1:]], axis=0))


def _holm(found: list[Pair]) -> list[Pair]:
    """Multiply the smallest p-value by the number of pairs, the next by one less, and so on, never decreasing."""
    order = sorted(range(len(found)), key=lambda i: found[i].p_value)
    lowest, result = 0.0, list(found)
    for rank, i in enumerate(order):
        lowest = max(lowest, min(1.0, (len(found) - rank) * found[i].p_value))
        result[i] = replace(found[i], adjusted=lowest)
    return result
