"""What `hwr train` does: open the data, build the network, follow the trainer, judge and save the result."""

import platform
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import handwriting
from handwriting import model_file, models, specs
from handwriting.cli import options
from handwriting.cli.console import say
from handwriting.cli.data import Opened, open_dataset
from handwriting.cli.interruption import stopping
from handwriting.cli.training_view import Outcome, View
from handwriting.errors import DivergedError, HandwritingError
from handwriting.evaluation import accuracy, evaluate
from handwriting.interfaces import Examples
from handwriting.losses import loss
from handwriting.model_file import Model
from handwriting.network import Network
from handwriting.preparation import SETTINGS
from handwriting.recipe import Recipe, build_network, check, hold_out
from handwriting.trainer import Epoch, train

GLANCE = 10_000
"""Training pictures by which an untrained network is judged where none are held out."""

KEPT_EPOCHS = 1000
"""Epochs that a model file remembers; a learning curve needs no more, and the file's description has its limit."""


def run(recipe: Recipe, dataset: str, pictures: Path | None, output: Path | None, force: bool, view: View) -> int:
    """Train as the recipe says, show it in `view`, save the model, and return the exit status."""
    began = time.perf_counter()
    check(recipe)
    if output:
        models.check_place(output, force)
    opened = open_dataset(dataset, pictures)
    splits = opened.splits
    place = output or models.new_path(options.data_dir(), opened.name)
    if not output:
        models.check_place(place, force)

    network = build_network(recipe, len(splits.class_names))
    positions, held = hold_out(len(splits.train), recipe)
    held_out = splits.train[held] if len(held) else None
    before = _share(network, held_out or splits.train[:GLANCE])
    view.begin(opened, network, recipe, len(positions), len(held), before)

    history: list[Epoch] = []
    diverged = None
    with stopping() as stop, view:
        try:
            for event in train(network, splits.train, recipe, positions=positions, validation=held_out, stopped=stop):
                history += [event] if isinstance(event, Epoch) else []
                view.show(event)
        except DivergedError as error:
            if not history:
                raise  # nothing was learnt, so there is nothing to keep
            diverged = error

    judged = evaluate(network.outputs(splits.test.images), splits.test.labels, splits.class_names)
    seconds = time.perf_counter() - began
    record = _record(recipe, opened, before, history, seconds) | {
        "test": {"accuracy": judged.accuracy, "count": judged.count},
        "stopped": stop(),
    }
    model = Model(network, loss(recipe.loss), splits.class_names, dict(SETTINGS), record)
    model_file.save(model, place)
    _remember(place)
    view.end(Outcome(place, model, judged, history, before, seconds, stop()), splits.test)
    if diverged:
        raise DivergedError(f"{diverged}; the weights after epoch {history[-1].number} are kept in {place}")
    return stop.status


def _share(network: Network, examples: Examples) -> float:
    return accuracy(network.outputs(examples.images), examples.labels)


def _record(recipe: Recipe, opened: Opened, before: float, history: list[Epoch], seconds: float) -> dict[str, Any]:
    """Return how the network came to be, as the model file keeps it."""
    return {
        "dataset": opened.saved,
        "recipe": asdict(recipe),
        "optimizer": specs.to_json(specs.make("optimizer", recipe.optimizer)),
        "before": before,
        "history": [asdict(epoch) for epoch in _thinned(history)],
        "seconds": seconds,
        "versions": {
            "handwriting": handwriting.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }


def _thinned(history: list[Epoch]) -> list[Epoch]:
    """Return at most about `KEPT_EPOCHS` epochs, evenly spaced, the last one among them."""
    apart = -(-len(history) // KEPT_EPOCHS)
    return history[::-1][:: max(apart, 1)][::-1]


def _remember(place: Path) -> None:
    """Note which model was trained last; a model saved elsewhere is worth keeping also where that can't be noted."""
    try:
        models.remember(options.data_dir(), place)
    except HandwritingError as error:
        say(f"the model is saved, but not noted as the last one trained: {error}")
