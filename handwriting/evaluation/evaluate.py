"""Evaluating a model on examples, in terms of the classes that these have.

If there are no non-digits among the examples, a model that can reject non-digits is scored on the other classes alone,
and the fraction that it would have rejected is reported separately.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from handwriting.errors import DataError
from handwriting.evaluation.metrics import Metrics, measure
from handwriting.evaluation.mistakes import Mistake, worst
from handwriting.interfaces import NON_DIGIT, Examples, Floats, Images, Labels, Progress, non_digit_index
from handwriting.models.model_file import Model

Read: TypeAlias = Callable[[Callable[[Images], Floats], Images], Floats]
"""How a function is applied to many images: at once, or in chunks whose progress is shown."""
CHUNK = 500
"""Images that are read between two reports of the progress: less than a second's work for the largest preset."""


@dataclass(frozen=True)
class Evaluation:
    """The metrics of a model, and what they are computed from: confidences (n, classes) and labels (n,).

    `rejected` is the fraction of the images that the model takes for non-digits, None if it can't reject.
    """

    metrics: Metrics
    rejected: float | None
    confidences: Floats
    labels: Labels

    @property
    def accuracy(self) -> float:
        """The fraction of the images that is read right."""
        return self.metrics.accuracy

    def __repr__(self) -> str:
        return f"Evaluation({self})"

    def __str__(self) -> str:
        low, high = self.metrics.interval
        return (
            f"{100 * self.accuracy:.2f} % of {self.metrics.count:,} test images read right "
            f"(95 % interval {100 * low:.2f} % to {100 * high:.2f} %)"
        )

    def worst(self, most: int | None = None) -> list[Mistake]:
        """Return the mistakes, the worst first; at most `most` of them unless that is None."""
        return worst(self.confidences, self.labels, self.metrics.class_names, most)


@dataclass(frozen=True)
class EvaluatedModel:
    """A model, the file it is in, the dataset and examples it was evaluated on, and the result."""

    path: Path
    model: Model
    dataset: str
    examples: Examples
    evaluation: Evaluation


def evaluate(
    model: Model, examples: Examples, class_names: tuple[str, ...], confidences: Floats | None = None
) -> Evaluation:
    """Evaluate `model` on examples whose labels count the `class_names`.

    `confidences` (n, classes) are the model's, if they have been computed already. Raises `DataError` if the model does
    not know all of these classes.
    """
    non_digit = non_digit_index(class_names)
    has_non_digits = non_digit is not None and bool(np.any(examples.labels == non_digit))
    present = class_names if has_non_digits else tuple(name for name in class_names if name != NON_DIGIT)
    if unknown := set(present) - set(model.class_names):
        raise DataError(
            f"the model reads {', '.join(model.class_names)}, but the examples also have {', '.join(sorted(unknown))}: "
            "choose a dataset with the classes of the model"
        )
    names = model.class_names if has_non_digits else present
    all_confidences = model.confidences(examples.images) if confidences is None else confidences
    new_labels = np.array([names.index(name) if name in names else 0 for name in class_names], np.uint8)
    among, labels = _among(all_confidences, model.class_names, names), new_labels[examples.labels]
    rejected = None if model.non_digit is None else float(model.rejects(all_confidences).mean())
    return Evaluation(measure(among, labels, names), rejected, among, labels)


def at_once(function: Callable[[Images], Floats], images: Images) -> Floats:
    """Return what `function` returns for images (n, 28, 28)."""
    return function(images)


def in_chunks(function: Callable[[Images], Floats], images: Images) -> Generator[Progress, None, Floats]:
    """Return what `function` returns for images (n, 28, 28), called for some of them at a time; yields the progress."""
    results = [function(images[:0])]
    for start in range(0, len(images), CHUNK):
        results.append(function(images[start : start + CHUNK]))
        yield Progress("reading", min(start + CHUNK, len(images)), len(images), "images")
    return np.concatenate(results)


def _among(confidences: Floats, known: tuple[str, ...], names: tuple[str, ...]) -> Floats:
    """Return the confidences (n, names), given that an image shows one of `names`."""
    if names == known:
        return confidences
    chosen = confidences[:, [known.index(name) for name in names]]
    return chosen / np.maximum(chosen.sum(axis=1, keepdims=True), np.finfo(chosen.dtype).tiny)
