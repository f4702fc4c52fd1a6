"""The section of the command that trains the model again, derived from the training record in its file."""

import dataclasses
import shlex
from collections.abc import Iterator
from typing import Any

from handwriting.datasets.mixture import Ingredient
from handwriting.errors import HandwritingError
from handwriting.models.training_record import spec_of
from handwriting.report.markup import e
from handwriting.report.page import Section
from handwriting.training import recipe_toml
from handwriting.training.recipe import Recipe


def section(training: dict[str, Any]) -> Section:
    """Return the command, and whether it gives the same weights."""
    line = train_command(training)
    if line is None:
        return Section("command", "Retrain", "", [e("p", "The model file does not record how it was trained.")])
    words = (
        "This training was cut short, so another run may end with other weights."
        if training.get("stopped") or training.get("hurried")
        else "With the same versions on the same kind of machine it gives the same weights, bit for bit."
    )
    return Section("command", "Retrain", "", [e("pre", line), e("p", words, class_="note")])


def train_command(training: dict[str, Any]) -> str | None:
    """Return `hwr train` with every option that is not at its default, None if the record is not complete."""
    try:
        recipe = recipe_toml.make_recipe(training["recipe"])
        words = ["hwr", "train", *_dataset(training["dataset"]), *_options(recipe)]
    except (HandwritingError, LookupError, TypeError, ValueError, AttributeError):
        return None  # written by another version, or by hand
    match training.get("threads"):
        case int(threads):
            words += ["--threads", str(threads)]
    return shlex.join(words)


def _dataset(saved: dict[str, Any]) -> list[str]:
    if "pictures" in saved:
        return ["--data", str(saved["pictures"])]
    if "mixture" in saved:
        parts = [Ingredient(spec_of(part), float(part["share"])) for part in saved["mixture"]]
        return ["--dataset", "+".join(map(str, parts))]
    return ["--dataset", spec_of(saved)]


def _options(recipe: Recipe) -> Iterator[str]:
    for field in dataclasses.fields(Recipe):
        value = getattr(recipe, field.name)
        if field.name == "layers":
            # Without any layer `hwr train` would choose its own; `flatten` counts as one and changes nothing.
            for layer in value if value or recipe.hidden else ("flatten",):
                yield from ("--layer", layer)
        elif field.name == "hidden":
            for units in value:
                yield from ("--hidden", str(units))
        elif value != field.default:
            yield f"--{field.name.replace('_', '-')}"
            if value != "":  # `--augment` without a value: its defaults
                yield str(value)
