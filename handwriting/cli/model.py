"""Which model a command works with."""

from pathlib import Path

from handwriting import model_file, models
from handwriting.cli import options
from handwriting.cli.console import say_once
from handwriting.model_file import Model


def open_model(named: str | None) -> tuple[Path, Model]:
    """Return the model that `named` means, by default the last trained, and its file; say what one should know of it.

    Raises `ModelError` and `PluginError` where it can't be used.
    """
    path = models.choose(options.data_dir(), named)
    model = model_file.load(path)
    if path == models.SHIPPED and named is None:
        say_once("you have trained no model yet, so the one that comes with hwr is used")
    for notice in model.notices:
        say_once(notice)
    return path, model
