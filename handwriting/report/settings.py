"""The section of the settings: the recipe, the versions, and how images have to be prepared for the model."""

import json
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.registry import specs
from handwriting.report.markup import Node, e
from handwriting.report.page import Section

UNSET = {
    "initializer": "the activation's",
    "label_smoothing": "the loss's default",
    "learning_rate": "the optimizer's default",
}
"""What None means for these settings; for all others it means "none"."""


def section(evaluated: EvaluatedModel) -> Section:
    """Return two lists: the settings of the training, and what else is known of the model."""
    model, training = evaluated.model, evaluated.model.training
    recipe, versions = (training[key] if isinstance(training.get(key), dict) else {} for key in ("recipe", "versions"))
    settings = [
        ("dataset", training.get("dataset")),
        *((name, UNSET.get(name, "none") if value is None else value) for name, value in applied(recipe).items()),
        ("optimizer in full", training.get("optimizer")),
    ]
    others = [
        ("model", str(evaluated.path)),
        *versions.items(),
        ("loss", specs.describe(model.loss)),
        ("temperature", f"{model.temperature:.4g}"),
        ("threads", training.get("threads")),
        *model.preparation.items(),
    ]
    columns = (
        e("div", e("h3", "Settings"), _definitions(settings)),
        e("div", e("h3", "Model and versions"), _definitions(others)),
    )
    return Section("settings", "Settings and versions", "", [e("div", *columns, class_="columns")])


def applied(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that apply to the network: the activation is that of the hidden layers, if there are any."""
    return {name: value for name, value in recipe.items() if name != "activation" or recipe.get("hidden")}


def _definitions(pairs: Sequence[tuple[str, Any]]) -> Element:
    """Return names with their values, which may be any JSON; None is left out."""
    rows: list[Node] = []
    for name, value in pairs:
        if value is not None:
            rows += [e("dt", str(name).replace("_", " ")), e("dd", _text(value))]
    return e("dl", *rows, class_="definitions")


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case {"name": str(name), **rest} if not rest:
            return name
        case {"name": str(name), "settings": {**given}}:
            return f"{name}: " + ", ".join(f"{setting} {value}" for setting, value in given.items())
        case [*items] if all(isinstance(item, str | int | float) for item in items):
            return ", ".join(map(str, items)) or "none"
    return json.dumps(value)
