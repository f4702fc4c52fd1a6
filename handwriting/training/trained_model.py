"""The model that results from a training: the network, calibrated on the validation set, and how it was made."""

import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np

import handwriting
from handwriting.evaluation.calibration import best_temperature
from handwriting.evaluation.rejection import choose_threshold
from handwriting.interfaces import Augmentation, Initializer, Part, non_digit_index
from handwriting.models.model_file import Model, to_content
from handwriting.nn.guarded import guarded
from handwriting.pictures.preparation import SETTINGS
from handwriting.registry import specs
from handwriting.system.thread_pool import thread_pool
from handwriting.training.events import Epoch
from handwriting.training.trainer import Trainer

KEPT_EPOCHS = 1000
"""Epochs that a model file records: enough for a learning curve, and the file's header has its limit."""


def trained_model(trainer: Trainer, class_names: tuple[str, ...], origin: dict[str, Any]) -> Model:
    """Return the trainer's network as a model, its confidences and its rejections fitted to the validation set.

    `origin` is what else the file records of the training, as JSON values.
    """
    outputs, labels = trainer.validation_of_kept()
    loss = guarded(trainer.setup.loss)
    temperature = best_temperature(outputs, labels, loss)
    record = origin | _record(trainer, origin.get("dataset", {}))
    threshold = 0.5
    non_digit = non_digit_index(class_names)
    if non_digit is not None:
        rejection = choose_threshold(loss.confidences(outputs / temperature), labels, non_digit)
        threshold, record["refusal"] = rejection.threshold, rejection.as_json()
    return Model(
        trainer.network, trainer.setup.loss, class_names, dict(SETTINGS), training=record, temperature=temperature,
        rejection_threshold=threshold,
    )  # fmt: skip


def try_saving(trainer: Trainer, class_names: tuple[str, ...], origin: dict[str, Any]) -> None:
    """Find out before training whether its model can be saved and loaded again; raises `ModelError` if not.

    The arguments are those of `trained_model`.
    """
    record = origin | _record(trainer, origin.get("dataset", {}))
    to_content(Model(trainer.network, trainer.setup.loss, class_names, dict(SETTINGS), training=record))


def _record(trainer: Trainer, dataset: dict[str, Any]) -> dict[str, Any]:
    """Return what a model file records of a training; `dataset` is what it records of the dataset."""
    parts = [*map(specs.to_json, trainer.parts), *dataset.get("mixture", [dataset])]
    return {
        "recipe": asdict(trainer.recipe),
        "optimizer": specs.to_json(trainer.setup.optimizer),
        "schedule": specs.to_json(trainer.setup.schedule),
        "initializers": _of_kind(Initializer, trainer),
        "augmentations": _of_kind(Augmentation, trainer),
        "history": [asdict(epoch) for epoch in _thinned(trainer.history)],
        "kept_epoch": trainer.kept_epoch,
        "hurried": trainer.is_hurried,
        "threads": thread_pool().size,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            **{part["distribution"]: part["version"] for part in parts if "distribution" in part},
            "handwriting": handwriting.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }


def _of_kind(kind: type[Part], trainer: Trainer) -> list[dict[str, Any]]:
    """Return the parts of one kind; the built-in augmentations are no such parts, but settings in the recipe."""
    return [specs.to_json(part) for part in trainer.parts if isinstance(part, kind)]


def _thinned(history: list[Epoch]) -> list[Epoch]:
    """Return about `KEPT_EPOCHS` epochs at most, evenly spaced, the last one among them."""
    apart = -(-len(history) // KEPT_EPOCHS)
    return history[::-1][:: max(apart, 1)][::-1]
