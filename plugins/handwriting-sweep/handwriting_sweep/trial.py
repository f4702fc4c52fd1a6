"""One trial, wherever it runs: a recipe is trained, each epoch's validation accuracy is reported, the test set stays
unseen.

    Job -> Session.run() -> report(epoch, accuracy) ... -> Outcome
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from handwriting.datasets.opening import OpenedDataset, Opener
from handwriting.errors import DataError, DivergedError, HandwritingError
from handwriting.interfaces import Notice, Progress
from handwriting.system.storage import data_directory
from handwriting.system.text import cause_of
from handwriting.system.thread_pool import use_threads
from handwriting.training import recipe_toml
from handwriting.training.events import Epoch
from handwriting.training.resolve import check, resolve
from handwriting.training.session import Session
from handwriting_sweep.plan import fingerprint

ASK_INTERVAL = 0.2
"""Seconds between two questions whether a trial is to stop: on a cluster, each is a message to the scheduler."""

Report: TypeAlias = Callable[[int, float], None]
"""A function that is told the number of an epoch, from 1, and its validation accuracy, 0 to 1."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to train a trial: plain values, which any version of Python and NumPy can unpickle."""

    key: int
    """The number of the trial, or that of the base recipe."""
    recipe: dict[str, Any]
    dataset: str
    """The name of the dataset; not used where there is a folder of pictures."""
    folder: str | None
    examples: tuple[int, ...]
    """The fingerprint of the dataset, which the worker's own has to match."""


@dataclass
class Outcome:
    """What became of a trial; `accuracies` are those of its epochs on the validation set."""

    accuracies: list[float] = field(default_factory=list)
    accuracy: float | None = None
    """That of the weights that the training keeps; None if it did not come to its end."""
    seconds: float = 0.0
    is_stopped: bool = False
    has_diverged: bool = False
    failure: str | None = None
    """Why the recipe can't be trained, in one line."""


def run(job: Job, report: Report, is_stopped: Callable[[], bool]) -> Outcome:
    """Train the recipe of a job in one thread, to its end or until `is_stopped()`; the outcome says what fails."""
    outcome, began = Outcome(), time.perf_counter()
    stop = _Stop(is_stopped)
    try:
        with use_threads(1):
            _train(job, report, stop, outcome)
    except DivergedError:
        outcome.has_diverged = True
    except HandwritingError as error:
        outcome.failure = str(error)
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
        outcome.failure = cause_of(error)
    outcome.is_stopped, outcome.seconds = stop.is_asked, time.perf_counter() - began
    return outcome


def _train(job: Job, report: Report, stop: "_Stop", outcome: Outcome) -> None:
    setup = resolve(recipe_toml.make_recipe(job.recipe))
    check(setup)
    session = Session(setup, open_dataset(job.dataset, job.folder, job.examples))
    for event in session.run(stop):
        if isinstance(event, Epoch) and event.accuracy is not None:
            outcome.accuracies.append(event.accuracy)
            report(event.number, event.accuracy)
    outcome.has_diverged = session.divergence is not None
    if not (stop.is_asked or outcome.has_diverged):
        outcome.accuracy = kept_accuracy(session)


def kept_accuracy(session: Session) -> float | None:
    """Return the validation accuracy of the weights that a training keeps, None before its first epoch has ended."""
    return next((epoch.accuracy for epoch in reversed(session.trainer.history) if epoch.kept), None)


@lru_cache(maxsize=1)
def open_dataset(name: str, folder: str | None, examples: tuple[int, ...]) -> OpenedDataset:
    """Return a dataset in this machine's data directory, which is kept in memory for the next trial.

    Raises `DataError` if it is not the one with the fingerprint `examples`.
    """
    opener = Opener(data_directory(), _follow)
    opened = opener.open(name, Path(folder) if folder else None)
    if fingerprint(opened.splits) != tuple(examples):
        raise DataError(f"a worker finds other examples in {opened.name} than the machine that has started the sweep")
    return opened


def _follow(events: Iterable[Progress | Notice]) -> None:
    """Prepare a dataset; nobody watches a worker."""
    deque(events, maxlen=0)


class _Stop:
    """Asks `is_stopped` now and then; `is_asked` says whether the answer has been yes."""

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        self.is_stopped, self.is_asked, self.asked = is_stopped, False, time.monotonic()

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self.is_asked and now - self.asked >= ASK_INTERVAL:
            self.asked, self.is_asked = now, self.is_stopped()
        return self.is_asked
