"""Facts: the figures at the head of the report, and at its foot every setting, the versions and the command."""

import json
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any
from xml.etree.ElementTree import Element

from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.report.command import command
from handwriting.report.curves import points
from handwriting.report.markup import Node, e
from handwriting.report.words import percent, size

UNSET = {"batch_size": "full", "learning_rate": "the optimizer's own"}
"""What it means that one of these settings is None; the others are then not in use."""


def headline(evaluated: EvaluatedModel) -> Element:
    """Return the accuracy, large, and beside it what else one asks first."""
    judged, model = evaluated.evaluation.metrics, evaluated.model
    low, high = judged.interval
    wrong = judged.count - round(judged.accuracy * judged.count)
    figures = [
        ("accuracy", percent(judged.accuracy), f"95 % interval {percent(low)} to {percent(high)}"),
        ("read wrong", f"{wrong:,}", f"of {judged.count:,} test pictures"),
        ("calibration error", percent(judged.calibration_error), "between being sure and being right"),
        ("parameters", f"{len(model.network.trained):,}", f"in a file of {size(evaluated.path.stat().st_size)}"),
    ]
    match model.training:
        case {"seconds": float(seconds), "history": [*epochs]} if epochs:
            figures.append(("training", f"{seconds:,.{0 if seconds >= 10 else 1}f}\u00a0s", f"{len(epochs)} epochs"))
    if evaluated.evaluation.rejected is not None:
        figures.append(("refused", percent(evaluated.evaluation.rejected), "of the test pictures, as no digit"))
    return figure_row(figures)


def figure_row(figures: Iterable[tuple[str, str, str]]) -> Element:
    """Return figures side by side, each as (its name, the figure, what to know of it)."""
    cards = (e("div", e("dt", name), e("dd", e("b", value), e("small", words))) for name, value, words in figures)
    return e("dl", *cards, class_="headline")


def reproduction(training: dict[str, Any]) -> list[Element]:
    """Return the command that trains the model again, and what it depends on."""
    line = command(training)
    if line is None:
        return [e("p", "The model's file does not tell how it was trained.")]
    words = (
        "Time cut this training short, so another run may end elsewhere."
        if training.get("stopped") or _was_hurried(training)
        else "With the same versions on the same kind of machine it gives the same weights, bit for bit."
    )
    return [e("pre", line), e("p", words, class_="note")]


def _was_hurried(training: dict[str, Any]) -> bool:
    """Return whether at the pace of some epoch's end fewer epochs than planned would have fitted into the time limit.

    From there the learning rate went by the clock; below its limit a training goes as if there were none.
    """
    match training.get("recipe"):
        case {"time_limit": float(limit), "epochs": int(epochs)}:
            # in this order, as what a file gives as epochs may be too large to become a float
            used = accumulate(seconds for _, seconds in points(training.get("history"), "seconds"))
            return any(seconds > 0 and limit / seconds * count < epochs for count, seconds in enumerate(used, 1))
    return False


def settings(training: dict[str, Any]) -> Element:
    """Return every setting that the training was given."""
    recipe = training.get("recipe")
    given = recipe if isinstance(recipe, dict) else {}
    named = [(name, UNSET.get(name, "none") if value is None else value) for name, value in given.items()]
    return facts([("dataset", training.get("dataset")), *named, ("optimizer, in full", training.get("optimizer"))])


def origin(evaluated: EvaluatedModel) -> Element:
    """Return where the model lies, what made it, and how its pictures have to be prepared."""
    model = evaluated.model
    versions = model.training.get("versions")
    return facts([
        ("model", str(evaluated.path)),
        *(versions.items() if isinstance(versions, dict) else []),
        ("loss", model.loss.name),
        ("temperature", f"{model.temperature:.4g}"),
        ("threads", model.training.get("threads")),
        *model.preparation.items(),
    ])  # fmt: skip


def facts(pairs: Sequence[tuple[str, Any]]) -> Element:
    """Return names with their values, which may be any JSON; what is None is left out."""
    rows: list[Node] = []
    for name, value in pairs:
        if value is not None:
            rows += [e("dt", str(name).replace("_", " ")), e("dd", _words(value))]
    return e("dl", *rows, class_="facts")


def _words(value: Any) -> str:
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
