"""The model that a command works with."""

from pathlib import Path

from handwriting.cli import options
from handwriting.cli.terminal.console import message_once
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model


def open_model(named: str | None) -> tuple[Path, Model]:
    """Return the file and the model that `named` means, by default the model trained last, with a message if needed.

    Raises `ModelError` or `PluginError` if it can't be used.
    """
    path = user_models.choose(options.data_dir(), named)
    model = model_file.load(path)
    if path == user_models.BUNDLED and named is None:
        message_once("you have trained no model yet, so the one that comes with hwr is used")
    for notice in model.notices:
        message_once(notice)
    return path, model
