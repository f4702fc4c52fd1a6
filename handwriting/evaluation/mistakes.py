"""Mistakes: the pictures that a network reads wrong, the worst ones first.

Worst is what cost the most: the less the network believes in what a picture is, the worse (the "top losses" of fastai).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Labels


@dataclass(frozen=True)
class Mistake:
    """A picture read wrong: its position among the examples, what it is, what was read.

    `sure` is the confidence, 0 to 1, in what was read, `sure_of_truth` that in what the picture is.
    """

    position: int
    truth: str
    read: str
    sure: float
    sure_of_truth: float


def worst(confidences: Floats, labels: Labels, class_names: tuple[str, ...], most: int | None = None) -> list[Mistake]:
    """Return at most `most` mistakes of the confidences (n, classes) about labels (n,), worst first; None: all."""
    read = confidences.argmax(axis=1)
    wrong = np.flatnonzero(read != labels)
    sure, of_truth = confidences[wrong, read[wrong]], confidences[wrong, labels[wrong]]
    order = np.lexsort((-sure, of_truth))[:most]  # the last key decides; among equals the surer reading is worse
    return [
        Mistake(
            position=int(wrong[i]),
            truth=class_names[labels[wrong[i]]],
            read=class_names[read[wrong[i]]],
            sure=float(sure[i]),
            sure_of_truth=float(of_truth[i]),
        )
        for i in order
    ]


def positions(mistakes: Sequence[Mistake]) -> NDArray[np.intp]:
    """Return the positions of the mistakes, (mistakes,)."""
    return np.array([mistake.position for mistake in mistakes], np.intp)
