"""The command that trains a model again, written from what its file remembers."""

import dataclasses
import shlex
from typing import Any

from handwriting.datasets.mixture import Ingredient
from handwriting.errors import HandwritingError
from handwriting.training import recipe_toml
from handwriting.training.recipe import Recipe


def command(training: dict[str, Any]) -> str | None:
    """Return `hwr train ...` with all options that are not at their defaults; None where the file does not say enough.

    The same command on the same version, machine and number of threads gives the same bits, if no time limit cut in.
    """
    try:
        recipe = recipe_toml.make_recipe(training["recipe"])
        words = ["hwr", "train", *_data(training["dataset"]), *_options(recipe)]
    except (HandwritingError, LookupError, TypeError, ValueError, AttributeError):
        return None  # written by another version, or by hand
    match training.get("threads"):
        case int(threads):
            words += ["--threads", str(threads)]
    return shlex.join(words)


def _data(saved: dict[str, Any]) -> list[str]:
    if "pictures" in saved:
        return ["--data", str(saved["pictures"])]
    if "mixture" in saved:
        return ["--dataset", "+".join(str(Ingredient(part["name"], float(part["share"]))) for part in saved["mixture"])]
    return ["--dataset", str(saved["name"])]


def _options(recipe: Recipe) -> list[str]:
    words: list[str] = []
    for field in dataclasses.fields(Recipe):
        value = getattr(recipe, field.name)
        if field.name == "layers":
            words += [word for layer in _layers(recipe) for word in ("--layer", layer)]
        elif field.name == "hidden":
            words += [word for units in value for word in ("--hidden", str(units))]
        elif value != field.default:
            words += [f"--{field.name.replace('_', '-')}", "full" if value is None else str(value)]
    return [word for word in words if word]  # `--augment` alone stands for its own settings


def _layers(recipe: Recipe) -> tuple[str, ...]:
    """Without any layer or hidden unit `hwr train` would choose some; `flatten` changes nothing, but counts as one."""
    return recipe.layers if recipe.layers or recipe.hidden else ("flatten",)
