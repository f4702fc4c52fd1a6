"""A contest: several models read the same pictures; which is better, which is faster, where do they differ?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.evaluation.judging import Judgement
from handwriting.evaluation.significance import Pair, differing, pairs
from handwriting.evaluation.subject import Subject
from handwriting.interfaces import Images, Labels
from handwriting.models.model_file import Model

TIMED, TURNS = 1000, 7
"""Pictures that are read for the clock, and how often; the fastest turn counts, as the least disturbed it."""


@dataclass(frozen=True)
class Speed:
    """How many pictures a second a model reads, many at once, and how many milliseconds it needs for a single one."""

    pictures_per_second: float
    milliseconds: float


@dataclass(frozen=True)
class Difference:
    """A picture that is not read the same by all: its position, what it is, what each model read and how surely."""

    position: int
    truth: str
    readings: tuple[str, ...]
    sure: tuple[float, ...]


@dataclass(frozen=True)
class Contest:
    """Models, all judged by the same examples, how fast they are, and what McNemar's test says of every two."""

    subjects: tuple[Subject, ...]
    speeds: tuple[Speed, ...]
    pairs: tuple[Pair, ...]
    differences: tuple[Difference, ...]
    """Those first about which models are surest and yet do not agree."""


def hold(subjects: Sequence[Subject]) -> Contest:
    """Compare models that were judged by the same examples."""
    names = subjects[0].judgement.evaluation.class_names
    answers = [_meant(s.judgement, s.judgement.confidences.argmax(axis=1), names) for s in subjects]
    labels = _meant(subjects[0].judgement, subjects[0].judgement.labels, names)
    return Contest(
        tuple(subjects),
        tuple(speeds([s.model for s in subjects], subjects[0].examples.images)),
        tuple(pairs(answers, labels.astype(np.uint8))),
        tuple(_differences(subjects, answers, labels, names)),
    )


def speeds(models: Sequence[Model], images: Images) -> list[Speed]:
    """Measure how fast models read pictures (n, 28, 28), in turns: what else the machine does then hits them alike."""
    several = images[:TIMED]
    many = np.min([[_seconds(model, several) for model in models] for _ in range(TURNS)], axis=0)
    single = np.min([[_seconds(model, images[:1]) for model in models] for _ in range(5 * TURNS)], axis=0)
    return [
        Speed(len(several) / float(of_many), 1000 * float(of_one)) for of_many, of_one in zip(many, single, strict=True)
    ]


def _seconds(model: Model, images: Images) -> float:
    began = time.perf_counter()
    model.confidences(images)
    return max(time.perf_counter() - began, 1e-9)


def _meant(judgement: Judgement, classes: Labels | NDArray[np.intp], names: tuple[str, ...]) -> NDArray[np.intp]:
    """Return classes (n,) by their places in `names`: another model may have the same classes in another order."""
    own = judgement.evaluation.class_names
    places = np.array([names.index(name) if name in names else len(names) + i for i, name in enumerate(own)])
    return np.asarray(places[classes], np.intp)


def _differences(
    subjects: Sequence[Subject],
    answers: Sequence[NDArray[np.intp]],
    labels: NDArray[np.intp],
    names: tuple[str, ...],
) -> list[Difference]:
    places = differing(answers)
    confidences = [subject.judgement.confidences[places] for subject in subjects]
    sure = np.stack([of.max(axis=1) for of in confidences], axis=1)
    read = [of.argmax(axis=1) for of in confidences]
    own_names = [subject.judgement.evaluation.class_names for subject in subjects]
    return [
        Difference(
            position=int(places[i]),
            truth=names[labels[places[i]]],
            readings=tuple(own[of[i]] for own, of in zip(own_names, read, strict=True)),
            sure=tuple(sure[i].tolist()),
        )
        for i in np.argsort(-sure.min(axis=1), kind="stable")
    ]
