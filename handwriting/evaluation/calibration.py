"""Calibration: of readings with a confidence of 90 %, 90 % should be right.

Networks tend to be overconfident. Dividing the outputs by one number, the temperature, before they become confidences
corrects most of it (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017).
"""

from dataclasses import dataclass

import numpy as np

from handwriting.interfaces import Floats, Labels, Loss

LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 10.0
"""The range in which the best temperature is searched."""


def best_temperature(outputs: Floats, labels: Labels, loss: Loss) -> float:
    """Return the temperature T for which confidences of outputs / T (n, classes) fit the labels (n,) best.

    That is the one with the smallest mean of -log confidence[label], found on a grid that is refined twice. It is 1
    without any outputs, and for a loss like mean squared error, whose outputs are those of an activation, not logits.
    """
    if not len(labels) or loss.activated_outputs:
        return 1.0
    low, high = np.log(LOWEST_TEMPERATURE), np.log(HIGHEST_TEMPERATURE)
    for _ in range(3):
        grid = np.linspace(low, high, 31)
        costs = [_negative_log_likelihood(loss.confidences(outputs / np.exp(point)), labels) for point in grid]
        best, step = grid[int(np.argmin(costs))], grid[1] - grid[0]
        low, high = best - step, best + step
    return float(np.exp(best))


@dataclass(frozen=True)
class Bin:
    """The readings with a confidence from `low` to `high`: their number, mean confidence, and accuracy (0 if none)."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Floats, labels: Labels, bins: int = 15) -> list[Bin]:
    """Return the readings, the largest of each row of confidences (n, classes), in bins of equal width by confidence.

    Accuracy drawn against confidence is the reliability diagram (DeGroot and Fienberg 1983).
    """
    confidence = confidences.max(axis=1)
    right = confidences.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    divisors = np.maximum(counts, 1)
    means = np.bincount(places, weights=confidence, minlength=bins) / divisors
    accuracies = np.bincount(places, weights=right, minlength=bins) / divisors
    return [Bin(i / bins, (i + 1) / bins, int(counts[i]), float(means[i]), float(accuracies[i])) for i in range(bins)]


def expected_calibration_error(confidences: Floats, labels: Labels, bins: int = 15) -> float:
    """Return the mean distance between confidence and accuracy, 0 to 1, over the bins of `reliability`.

    Naeini, Cooper and Hauskrecht 2015, with the bins of Guo et al.
    """
    found = reliability(confidences, labels, bins)
    return sum(bin.count * abs(bin.confidence - bin.accuracy) for bin in found) / len(labels)


def _negative_log_likelihood(confidences: Floats, labels: Labels) -> float:
    chosen = confidences[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(chosen, 1e-300)).mean())
