"""Evaluation: how well outputs agree with labels, as numbers that can be compared and trusted.

Everything follows from the confusion matrix: element [i, j] counts pictures of class i that were read as class j.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.evaluation.calibration import expected_calibration_error
from handwriting.interfaces import Floats, Labels


@dataclass(frozen=True)
class ClassScore:
    """How one class fares: of the pictures read as it, the share that are it (precision); of those that are it, the
    share read as it (recall); their harmonic mean (F1); and how many there are (count). A share of nothing is 0.
    """  # fmt: skip

    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Evaluation:
    """A confusion matrix (classes, classes) with its class names, and what follows from it.

    `calibration_error` is the expected calibration error, 0 to 1.
    """

    confusion: NDArray[np.int64]
    class_names: tuple[str, ...]
    calibration_error: float

    @property
    def count(self) -> int:
        """How many pictures were read."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share read right."""
        return float(np.trace(self.confusion)) / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the accuracy, after Wilson (1927)."""
        return wilson_interval(self.accuracy, self.count)

    @property
    def classes(self) -> dict[str, ClassScore]:
        """The scores of every class by name."""
        right = np.diag(self.confusion)
        read_as, there_are = self.confusion.sum(axis=0), self.confusion.sum(axis=1)
        return {
            name: _class_score(int(right[i]), int(read_as[i]), int(there_are[i]))
            for i, name in enumerate(self.class_names)
        }

    def most_confused(self, most: int = 5) -> list[tuple[str, str, int]]:
        """Return the commonest errors as (what it is, what was read, how often), commonest first."""
        errors = self.confusion - np.diag(np.diag(self.confusion))
        order = np.argsort(-errors, axis=None, kind="stable")[:most]
        pairs = [divmod(int(place), len(self.class_names)) for place in order]
        return [(self.class_names[i], self.class_names[j], int(errors[i, j])) for i, j in pairs if errors[i, j]]


def evaluate(confidences: Floats, labels: Labels, class_names: tuple[str, ...]) -> Evaluation:
    """Compare confidences (n, classes), of which the largest is the reading, with labels (n,)."""
    classes = len(class_names)
    places = labels.astype(np.int64) * classes + confidences.argmax(axis=1)
    confusion = np.bincount(places, minlength=classes**2).reshape(classes, classes)
    return Evaluation(confusion, class_names, expected_calibration_error(confidences, labels))


def accuracy(outputs: Floats, labels: Labels) -> float:
    """Return the share of labels (n,) that the largest outputs (n, classes) agree with."""
    return float(np.mean(outputs.argmax(axis=1) == labels))


def wilson_interval(share: float, count: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval in which the true share lies with 95 % (z = 1.96) when `share` of `count` was seen.

    Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    centre = share + z * z / (2 * count)
    margin = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)


def _class_score(right: int, read_as: int, there_are: int) -> ClassScore:
    return ClassScore(
        precision=right / read_as if read_as else 0.0,
        recall=right / there_are if there_are else 0.0,
        f1=2 * right / (read_as + there_are) if read_as + there_are else 0.0,
        count=there_are,
    )
