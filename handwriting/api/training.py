"""A trained model in one line of Python."""

import os
import signal
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

from handwriting.api import progress as showing
from handwriting.api.models import TrainedModel
from handwriting.api.settings import plain
from handwriting.cli.views.view import View
from handwriting.datasets.opening import AUTOMATIC, Opener
from handwriting.errors import SettingError
from handwriting.system.interruption import stop_on_signal
from handwriting.system.storage import data_directory
from handwriting.system.thread_pool import use_threads
from handwriting.training import recipe_toml
from handwriting.training.data_parallel import suitable_threads
from handwriting.training.events import Epoch, Step
from handwriting.training.resolve import check, resolve
from handwriting.training.session import Session

OnEvent: TypeAlias = Callable[[Step | Epoch], None]


def train(
    *,
    dataset: str | None = None,
    data: str | os.PathLike[str] | None = None,
    preset: str | None = None,
    threads: int | None = None,
    progress: bool | None = None,
    on_event: OnEvent | None = None,
    **settings: Any,
) -> TrainedModel:
    """Train a network to read handwritten digits, and return it, evaluated on the dataset's test set.

    The other keywords are the fields of `Recipe`, named as the options of `hwr train`: `hidden`, `activation`,
    `initializer`, `layers`, `loss`, `optimizer`, `learning_rate`, `schedule`, `epochs`, `batch_size`, `augment`,
    `weight_decay`, `label_smoothing`, `average`, `validation`, `patience`, `time_limit`, `seed`.

    >>> from handwriting import train
    >>> model = train(dataset="strokes", hidden=[32], epochs=1)
    >>> model.test_accuracy > 0.5
    True
    >>> model
    TrainedModel(784 -> 32 relu -> 10, 25,450 parameters; trained on strokes; ... % test accuracy)

    `dataset` is "auto" (MNIST or, if it can't be had, strokes), "mnist", "strokes", a plugin's, or a mixture such as
    "mnist+0.5*strokes:seed=3"; `data` a folder of pictures to use instead, with a subfolder for each class. `preset`
    names settings to start from ("dense", "balanced" or "best"); `threads` is by default one for a small network, and
    up to one for each processor for a large one.

    `progress` says whether the training is shown, by default on a terminal and in a notebook. `on_event` is called with
    a `Step` after every batch and an `Epoch` after every pass:

    >>> from handwriting.training.events import Epoch
    >>> accuracies = []
    >>> def note(event):
    ...     if isinstance(event, Epoch):
    ...         accuracies.append(event.accuracy)
    >>> _ = train(dataset="strokes", hidden=16, epochs=2, on_event=note)
    >>> len(accuracies)
    2

    In a notebook or at a prompt, an interruption (Ctrl-C) stops after the current batch, and what was trained is
    returned; a second one raises `KeyboardInterrupt`, as the first one does in a script. Nothing is written to disk
    before `TrainedModel.save`, but a dataset that is downloaded or drawn is kept in the data directory.

    Raises `HandwritingError`, such as `SettingError` for a bad setting and `DivergedError`.
    """
    began = time.perf_counter()
    base = recipe_toml.read_preset(preset) if preset else {}
    recipe = recipe_toml.make_recipe(plain(settings), "train", base)
    setup = resolve(recipe)
    check(setup)
    folder = _folder(data)
    shown = showing.is_shown(progress)
    opener = Opener(data_directory(), showing.follow(shown))
    opened = opener.open(dataset or base.get("dataset", AUTOMATIC), folder)
    with use_threads(threads or suitable_threads(setup, opened.splits.train)):
        session = Session(setup, opened, began=began)
        stopped = _run(session, shown, on_event)
        model, evaluation = session.result(stopped)
    if shown:
        print(f"after     {evaluation}")
    if failure := session.failure():
        warnings.warn(f"{failure}; the weights after epoch {session.trainer.kept_epoch} are kept", stacklevel=2)
    return TrainedModel.of(model)


def _run(session: Session, shown: bool, on_event: OnEvent | None) -> bool:
    """Train to the end, or until an interruption; return whether there was one."""
    view = showing.training_view() if shown else View()
    interruptions = (signal.SIGINT,) if showing.is_interactive() else ()
    with stop_on_signal(interruptions, _notify) as stop:
        view.begin(session.opened, session.trainer, session.before)
        with closing(view):
            for event in session.run(stop):
                if isinstance(event, Step):
                    view.show_step(event)
                else:
                    view.show_epoch(event)
                if on_event:
                    on_event(event)
    return stop()


def _folder(data: object) -> Path | None:
    if data is None or isinstance(data, str | os.PathLike):
        return None if data is None else Path(data)
    raise SettingError(
        f"data is a folder of pictures, not of type {type(data).__name__}: for arrays there is "
        "handwriting.DigitClassifier().fit(X, y)"
    )


def _notify() -> None:
    print("stopping after this batch; interrupt again to stop at once", file=sys.stderr)
