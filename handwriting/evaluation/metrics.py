"""Metrics: how well readings agree with labels.

All follow from the confusion matrix, whose element [i, j] counts the images of class i that were read as class j.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.evaluation.calibration import expected_calibration_error
from handwriting.interfaces import Floats, Labels

GAIN = 0.01
"""The fraction of the images misread by guessing that a model which has learned anything reads right."""


@dataclass(frozen=True)
class ClassScore:
    """The scores of one class, 0 to 1 each, 0 if there is nothing to divide by.

    Precision is the fraction of the images read as the class that are of it, recall the fraction of the images of the
    class that are read as it, F1 their harmonic mean; `count` is the number of images of the class.
    """

    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Metrics:
    """A confusion matrix (classes, classes) with its class names, and the expected calibration error, 0 to 1."""

    confusion: NDArray[np.int64]
    class_names: tuple[str, ...]
    calibration_error: float

    @property
    def count(self) -> int:
        """The number of images."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The fraction of the images that is read right."""
        return float(np.trace(self.confusion)) / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the accuracy."""
        return wilson_interval(self.accuracy, self.count)

    @property
    def classes(self) -> dict[str, ClassScore]:
        """The scores of each class by name."""
        right = np.diag(self.confusion)
        read_as, count = self.confusion.sum(axis=0), self.confusion.sum(axis=1)
        return {
            name: _class_score(int(right[i]), int(read_as[i]), int(count[i])) for i, name in enumerate(self.class_names)
        }

    def most_confused(self, most: int = 5) -> list[tuple[str, str, int]]:
        """Return the most frequent errors as (true class, class read, count), the most frequent first."""
        errors = self.confusion - np.diag(np.diag(self.confusion))
        order = np.argsort(-errors, axis=None, kind="stable")[:most]
        pairs = [divmod(int(place), len(self.class_names)) for place in order]
        return [(self.class_names[i], self.class_names[j], int(errors[i, j])) for i, j in pairs if errors[i, j]]


def measure(confidences: Floats, labels: Labels, class_names: tuple[str, ...]) -> Metrics:
    """Compare the readings, the largest of each row of confidences (n, classes), with the labels (n,)."""
    classes = len(class_names)
    places = labels.astype(np.int64) * classes + confidences.argmax(axis=1)
    confusion = np.bincount(places, minlength=classes**2).reshape(classes, classes)
    return Metrics(confusion, class_names, expected_calibration_error(confidences, labels))


def accuracy(outputs: Floats, labels: Labels) -> float:
    """Return the fraction of labels (n,) that agree with the largest outputs (n, classes)."""
    return float(np.mean(outputs.argmax(axis=1) == labels))


def beats_guessing(right: float, labels: Labels) -> bool:
    """Return whether an accuracy on labels (n,) is above that of always guessing the most frequent class.

    It has to read at least `GAIN` of what that gets wrong. Where all labels are the same, nothing can be guessed wrong.
    """
    guessing = float(np.bincount(labels).max()) / len(labels)
    return right >= guessing + GAIN * (1 - guessing)


def wilson_interval(fraction: float, count: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the confidence interval of a probability, when `fraction` of `count` trials succeeded; z = 1.96 for 95 %.

    Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    centre = fraction + z * z / (2 * count)
    margin = z * math.sqrt(fraction * (1 - fraction) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)


def _class_score(right: int, read_as: int, count: int) -> ClassScore:
    return ClassScore(
        precision=right / read_as if read_as else 0.0,
        recall=right / count if count else 0.0,
        f1=2 * right / (read_as + count) if read_as + count else 0.0,
        count=count,
    )
