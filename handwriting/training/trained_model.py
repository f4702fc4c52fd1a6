"""The model that a training ends with: the network, calibrated on what was held out, and how it came to be."""

import platform
from dataclasses import asdict
from typing import Any

import numpy as np

import handwriting
from handwriting.evaluation.calibration import best_temperature, refusal
from handwriting.interfaces import place_of_nothing
from handwriting.models.model_file import Model
from handwriting.nn.losses import CrossEntropy, loss
from handwriting.pictures.preparation import SETTINGS
from handwriting.registry import specs
from handwriting.system.thread_pool import team
from handwriting.training.recipe import Recipe
from handwriting.training.trainer import Epoch, Trainer

KEPT_EPOCHS = 1000
"""Epochs that a model file remembers; a learning curve needs no more, and the file's description has its limit."""


def trained_model(trainer: Trainer, recipe: Recipe, class_names: tuple[str, ...], origin: dict[str, Any]) -> Model:
    """Return the trainer's network as a model, its confidences and its refusals fitted to the held-out pictures.

    `origin` is what else the file remembers of the training, as values for JSON.
    """
    outputs, labels = trainer.check()
    made_for = loss(recipe.loss)
    temperature = best_temperature(outputs, labels, made_for) if isinstance(made_for, CrossEntropy) else 1.0
    record = origin | _record(trainer, recipe)
    threshold = 0.5
    nothing = place_of_nothing(class_names)
    if nothing is not None:
        chosen = refusal(made_for.confidences(outputs / temperature), labels, nothing)
        threshold, record["refusal"] = chosen.threshold, asdict(chosen)
    return Model(
        trainer.network, made_for, class_names, dict(SETTINGS), training=record, temperature=temperature,
        refusal=threshold,
    )  # fmt: skip


def _record(trainer: Trainer, recipe: Recipe) -> dict[str, Any]:
    return {
        "recipe": asdict(recipe),
        "optimizer": specs.to_json(specs.make("optimizer", recipe.optimizer)),
        "history": [asdict(epoch) for epoch in _thinned(trainer.history)],
        "kept_epoch": trainer.kept_epoch,
        "threads": team().size,
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
