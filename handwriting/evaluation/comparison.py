"""Comparison: several models read the same images; which is better, which is faster, where do they differ?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.evaluation.evaluate import EvaluatedModel, Evaluation
from handwriting.evaluation.significance import Pair, Readings, differing, pairs
from handwriting.interfaces import Images, Labels
from handwriting.models.model_file import Model

TIMED_IMAGES = 1000
"""Images that are read at once to measure the speed."""
REPEATS, REPEATS_OF_ONE = 7, 35
"""Measurements, of which the fastest counts, since it was disturbed least; a single image is measured more often."""


@dataclass(frozen=True)
class Speed:
    """Images per second when many are read at once, and milliseconds for a single one."""

    pictures_per_second: float
    milliseconds: float


@dataclass(frozen=True)
class Difference:
    """An image that not all models read the same: position, true class, each model's reading and its confidence."""

    position: int
    truth: str
    readings: tuple[str, ...]
    confidences: tuple[float, ...]


@dataclass(frozen=True)
class Comparison:
    """Models evaluated on the same examples, their speeds, and McNemar's test for every two of them.

    The `differences` come first about which the models are most confident and yet do not agree.
    """

    models: tuple[EvaluatedModel, ...]
    speeds: tuple[Speed, ...]
    pairs: tuple[Pair, ...]
    differences: tuple[Difference, ...]


def compare(models: Sequence[EvaluatedModel]) -> Comparison:
    """Compare models that were evaluated on the same examples."""
    names = models[0].evaluation.metrics.class_names
    readings = [_places(m.evaluation, m.evaluation.confidences.argmax(axis=1), names) for m in models]
    labels = _places(models[0].evaluation, models[0].evaluation.labels, names)
    return Comparison(
        tuple(models),
        tuple(measure_speeds([m.model for m in models], models[0].examples.images)),
        tuple(pairs(readings, labels.astype(np.uint8))),
        tuple(_differences(models, readings, labels, names)),
    )


def measure_speeds(models: Sequence[Model], images: Images) -> list[Speed]:
    """Measure how fast models read images (n, 28, 28), in turns, so that disturbances affect all of them alike."""
    several = images[:TIMED_IMAGES]
    many = np.min([[_seconds(model, several) for model in models] for _ in range(REPEATS)], axis=0)
    single = np.min([[_seconds(model, images[:1]) for model in models] for _ in range(REPEATS_OF_ONE)], axis=0)
    return [Speed(len(several) / float(m), 1000 * float(s)) for m, s in zip(many, single, strict=True)]


def _seconds(model: Model, images: Images) -> float:
    started = time.perf_counter()
    model.confidences(images)
    return max(time.perf_counter() - started, 1e-9)


def _places(evaluation: Evaluation, classes: Labels | NDArray[np.intp], names: tuple[str, ...]) -> NDArray[np.intp]:
    """Return classes (n,) of one model by their positions in `names`: its own classes may be in another order."""
    own = evaluation.metrics.class_names
    places = np.array([names.index(name) if name in names else len(names) + i for i, name in enumerate(own)])
    return np.asarray(places[classes], np.intp)


def _differences(
    models: Sequence[EvaluatedModel], readings: Readings, labels: NDArray[np.intp], names: tuple[str, ...]
) -> list[Difference]:
    places = differing(readings)
    confidences = [model.evaluation.confidences[places] for model in models]
    highest = np.stack([of.max(axis=1) for of in confidences], axis=1)
    read = [of.argmax(axis=1) for of in confidences]
    own_names = [model.evaluation.metrics.class_names for model in models]
    return [
        Difference(
            position=int(places[i]),
            truth=names[labels[places[i]]],
            readings=tuple(own[of[i]] for own, of in zip(own_names, read, strict=True)),
            confidences=tuple(highest[i].tolist()),
        )
        for i in np.argsort(-highest.min(axis=1), kind="stable")
    ]
