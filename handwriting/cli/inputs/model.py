"""The model that a command works with."""

import os
from pathlib import Path

from handwriting.cli import options
from handwriting.cli.terminal.console import message_once
from handwriting.errors import SettingError
from handwriting.models import model_file, training_record, user_models
from handwriting.models.model_file import Model
from handwriting.registry.suggestions import did_you_mean
from handwriting.report.formatting import percent

COMPARABLE = ("mnist", "strokes")
"""Datasets whose models read no better than the bundled one if their accuracy is lower."""


def open_model(named: str | None) -> tuple[Path, Model]:
    """Return the file and the model that `named` means, by default the one in use, with a message if needed.

    Raises `SettingError` if nothing has that name, and `ModelError` or `PluginError` if it can't be used.
    """
    data = options.find_data_dir()
    path = user_models.choose(data, named, message_once)
    if named and not os.path.exists(path):
        hint = did_you_mean(named, user_models.names(data))
        raise SettingError(f"there is no model file {named}; {hint}`hwr models` lists yours")
    model = model_file.load(path)
    for notice in model.notices:
        message_once(notice)
    return path, model


def introduction(path: Path, model: Model) -> str:
    """Return the name of a model, its test accuracy, and how to have the bundled one if that is better."""
    return user_models.name_of(options.find_data_dir(), path) + _accuracy(model) + better_model(path, model)


def better_model(path: Path, model: Model) -> str:
    """Return how to have the bundled model, as the end of a sentence, "" if it is not known to read better."""
    if path == user_models.BUNDLED or not user_models.BUNDLED.is_file():
        return ""
    accuracy = model.test_accuracy
    best = training_record.test_result(model_file.read_record(user_models.BUNDLED))
    is_comparable = training_record.tested_on(model.training) in COMPARABLE
    if accuracy is None or best is None or not is_comparable or accuracy >= best[0]:
        return ""
    return f"; the bundled model, with {percent(best[0])}, is better: -m bundled, or hwr use bundled"


def _accuracy(model: Model) -> str:
    accuracy, dataset = model.test_accuracy, training_record.tested_on(model.training)
    return f" ({percent(accuracy)} on {dataset})" if accuracy is not None and dataset else ""
