"""Calibration: whether a network that is 90 % sure is right 9 times out of 10, and one number that brings it nearer.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017. Also, for a network that knows what
is no digit: how sure of that it has to be for a picture to be refused.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Labels
from handwriting.nn.losses import Loss

REFUSED_WRONGLY = 0.001
"""The share of readable pictures that may be refused for the sake of those that show nothing."""
LOWEST, HIGHEST = 0.1, 0.999
"""Between these the threshold lies."""

COOLEST, HOTTEST = 0.1, 10.0
"""Between these temperatures the best one is looked for."""


def best_temperature(outputs: Floats, labels: Labels, loss: Loss) -> float:
    """Return the T for which the confidences of outputs / T (n, classes) say the labels (n,) best; 1 for no outputs.

    Best is the least mean of -log confidence[label]. It is looked for on a grid, and once more around what was found.
    """
    if not len(labels):
        return 1.0
    low, high = np.log(COOLEST), np.log(HOTTEST)
    for _ in range(3):
        grid = np.linspace(low, high, 31)
        surprises = [_surprise(loss.confidences(outputs / np.exp(point)), labels) for point in grid]
        best, step = grid[int(np.argmin(surprises))], grid[1] - grid[0]
        low, high = best - step, best + step
    return float(np.exp(best))


@dataclass(frozen=True)
class Bin:
    """Readings that are about equally sure, from `low` to `high`: how many, how sure on average, the share right.

    A bin without readings has a `sure` and a `right` of 0.
    """

    low: float
    high: float
    count: int
    sure: float
    right: float


def reliability(confidences: Floats, labels: Labels, bins: int = 15) -> list[Bin]:
    """Return equally wide bins of readings by how sure they are (the largest of each row of confidences (n, classes)).

    Drawn against each other, their `sure` and `right` are the reliability diagram (DeGroot and Fienberg 1983).
    """
    sure = confidences.max(axis=1)
    right = confidences.argmax(axis=1) == labels
    places = np.minimum((sure * bins).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    divisors = np.maximum(counts, 1)
    means = np.bincount(places, weights=sure, minlength=bins) / divisors
    shares = np.bincount(places, weights=right, minlength=bins) / divisors
    return [Bin(i / bins, (i + 1) / bins, int(counts[i]), float(means[i]), float(shares[i])) for i in range(bins)]


def expected_calibration_error(confidences: Floats, labels: Labels, bins: int = 15) -> float:
    """Return how far being sure is from being right, 0 to 1, averaged over the readings of each bin of `reliability`.

    Naeini, Cooper and Hauskrecht 2015, with the bins of Guo et al.
    """
    return sum(bin.count * abs(bin.sure - bin.right) for bin in reliability(confidences, labels, bins)) / len(labels)


@dataclass(frozen=True)
class Refusal:
    """A threshold for the confidence in `NOTHING`, and the shares, 0 to 1, that it refuses.

    `of_nothing` is that of the pictures that show nothing, `of_others` that of the others: these are refused wrongly.
    """

    threshold: float
    of_nothing: float
    of_others: float


def refusal(confidences: Floats, labels: Labels, nothing: int) -> Refusal:
    """Return the lowest threshold, at least 0.1, at which at most `REFUSED_WRONGLY` of the others (n,) are refused.

    `nothing` is the class of pictures that show nothing. Without any others, or without any of these, it is a half.
    """
    sure = confidences[:, nothing]
    foreign = labels == nothing
    threshold = 0.5
    if foreign.any() and not foreign.all():
        spared = np.quantile(sure[~foreign], 1 - REFUSED_WRONGLY, method="higher")
        threshold = float(np.clip(np.nextafter(spared, 1, dtype=np.float64), LOWEST, HIGHEST))
    return Refusal(threshold, _share(sure[foreign] >= threshold), _share(sure[~foreign] >= threshold))


def _share(chosen: NDArray[np.bool_]) -> float:
    return float(chosen.mean()) if len(chosen) else 0.0


def _surprise(confidences: Floats, labels: Labels) -> float:
    chosen = confidences[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(chosen, 1e-300)).mean())
