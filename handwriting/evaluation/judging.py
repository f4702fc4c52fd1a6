"""Judging: how well a model reads examples, in the terms of the classes that these have.

Where the examples are all of something, a model that also knows `NOTHING` is asked which of their classes it is, and
besides how many of them it would have refused to read.
"""

from dataclasses import dataclass

import numpy as np

from handwriting.evaluation.metrics import Evaluation, evaluate
from handwriting.evaluation.mistakes import Mistake, worst
from handwriting.interfaces import NOTHING, Examples, Floats, Labels
from handwriting.models.model_file import Model


@dataclass(frozen=True)
class Judgement:
    """An evaluation, and what it is made from: confidences (n, classes) and labels (n,) in its classes.

    `refused` is the share of the pictures (0 to 1) that the model takes for nothing, None if it knows none.
    """

    evaluation: Evaluation
    refused: float | None
    confidences: Floats
    labels: Labels

    def worst(self, most: int | None = None) -> list[Mistake]:
        """Return at most `most` of the mistakes, the worst first; None: all of them."""
        return worst(self.confidences, self.labels, self.evaluation.class_names, most)


def judge(model: Model, examples: Examples, class_names: tuple[str, ...]) -> Judgement:
    """Let `model` read examples whose labels mean `class_names`, all of which it knows."""
    given = class_names if _shows_nothing(examples, class_names) else tuple(n for n in class_names if n != NOTHING)
    names = model.class_names if NOTHING in given else given
    meaning = np.array([names.index(name) if name in names else 0 for name in class_names], np.uint8)
    confidences = model.confidences(examples.images)
    among, labels = _among(confidences, model.class_names, names), meaning[examples.labels]
    refused = None if model.nothing is None else float(model.refused(confidences).mean())
    return Judgement(evaluate(among, labels, names), refused, among, labels)


def _shows_nothing(examples: Examples, class_names: tuple[str, ...]) -> bool:
    """Tell whether some of the examples are of the class `NOTHING`."""
    return NOTHING in class_names and bool(np.any(examples.labels == class_names.index(NOTHING)))


def _among(confidences: Floats, known: tuple[str, ...], names: tuple[str, ...]) -> Floats:
    """Return the confidences (n, names) if it is known to be one of `names`."""
    if names == known:
        return confidences
    chosen = confidences[:, [known.index(name) for name in names]]
    return chosen / np.maximum(chosen.sum(axis=1, keepdims=True), np.finfo(chosen.dtype).tiny)
