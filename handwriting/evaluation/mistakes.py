"""Mistakes: the images that a model reads wrong, the worst first.

The worst are those with the highest cost, that is the lowest confidence in the true class (fastai's "top losses").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Labels


@dataclass(frozen=True)
class Mistake:
    """An image read wrong: its position among the examples, its true class, the class read, and both confidences."""

    position: int
    truth: str
    read: str
    confidence: float
    confidence_in_truth: float


def worst(confidences: Floats, labels: Labels, class_names: tuple[str, ...], most: int | None = None) -> list[Mistake]:
    """Return the mistakes of confidences (n, classes) about labels (n,), the worst first; at most `most`, None: all."""
    read = confidences.argmax(axis=1)
    wrong = np.flatnonzero(read != labels)
    in_reading, in_truth = confidences[wrong, read[wrong]], confidences[wrong, labels[wrong]]
    order = np.lexsort((-in_reading, in_truth))[:most]  # by the last key; among equals, the more confident is worse
    return [
        Mistake(
            position=int(wrong[i]),
            truth=class_names[labels[wrong[i]]],
            read=class_names[read[wrong[i]]],
            confidence=float(in_reading[i]),
            confidence_in_truth=float(in_truth[i]),
        )
        for i in order
    ]


def positions(mistakes: Sequence[Mistake]) -> NDArray[np.intp]:
    """Return the positions of the mistakes, (mistakes,)."""
    return np.array([mistake.position for mistake in mistakes], np.intp)
