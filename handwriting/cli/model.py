"""Which model a command works with."""

from pathlib import Path

from handwriting.cli import options
from handwriting.cli.console import percent, say_once
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model


def open_model(named: str | None) -> tuple[Path, Model]:
    """Return the model that `named` means, by default the last trained, and its file; say what one should know of it.

    Raises `ModelError` and `PluginError` where it can't be used.
    """
    path = user_models.choose(options.data_dir(), named)
    model = model_file.load(path)
    if path == user_models.BUNDLED and named is None:
        say_once("you have trained no model yet, so the one that comes with hwr is used")
    for notice in model.notices:
        say_once(notice)
    return path, model


def refusal(model: Model) -> str:
    """Return what the model refuses to read, in words; "" where it knows no `NON_DIGIT`."""
    if model.non_digit is None:
        return ""
    words = f"what it takes for nothing with {percent(model.rejection_threshold, 1)} or more"
    match model.training.get("refusal"):
        case {"of_nothing": float(right), "of_others": float(wrong)}:
            words += f": {percent(right)} of what is no digit and was held out, {percent(wrong)} of the digits"
    return words
