"""`hwr info`: a model in words, its layers as a table, the weights of its first layer as images; or all as JSON."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from handwriting.cli.terminal import tables
from handwriting.cli.terminal import weight_images as drawing
from handwriting.cli.terminal.console import fact, has_unicode, stdout_console, together, write
from handwriting.cli.terminal.data import write_json
from handwriting.cli.views.rejection import rejection
from handwriting.models.model_file import Model
from handwriting.models.training_record import dataset_name, date, test_result
from handwriting.nn import weight_images
from handwriting.nn.architecture import Stage, describe, shape_text
from handwriting.nn.layers.residual import SHORTCUT, inner_stages
from handwriting.registry import specs
from handwriting.report.formatting import counted, duration, megabytes, percent
from handwriting.report.settings import applied

LONGEST_BAR = 22
COLUMNS_WITH_BARS, COLUMNS_WITHOUT_BARS = 62, 32
"""Columns that the table of layers needs besides the layers' names."""
MOST_IMAGES = 100


def show(format: str, path: Path, model: Model) -> None:
    """Print the description of the model in the file `path`."""
    {"text": _text, "json": _json}[format](path, model)


def _text(path: Path, model: Model) -> None:
    console = stdout_console()
    fact("model", f"{path}, {together(megabytes(path))}")
    fact("network", model.network)
    has_words = any(" " in name for name in model.class_names)
    fact("classes", (", " if has_words else " ").join(map(together, model.class_names)))
    for label, text in _history(model.training).items():
        fact(label, text)
    if rejected := rejection(model):
        fact("rejects", rejected)
    _show_layers(model)
    weights = weight_images.first_weights(model.network)
    if weights is not None:
        write(f"weights of the first layer ({drawing.legend(console)})")
        images = weight_images.scaled(weight_images.strongest(weights, MOST_IMAGES))
        console.print(*drawing.draw(images, console), sep="\n")


def _show_layers(model: Model) -> None:
    """Print a table of the layers; if the console is wide enough, with bars for the sizes of their outputs."""
    console, stages = stdout_console(), model.network.stages
    named = [(name, inner) for stage in stages for name, inner in _with_inner(stage)]
    longest = max(len(name) for name, _ in named)
    with_bars = console.width >= longest + COLUMNS_WITH_BARS
    largest = max(math.prod(stage.output_shape) for stage in stages)
    rows: list[tuple[str | Text, ...]] = []
    for name, stage in named:
        if console.is_terminal and console.width < longest + COLUMNS_WITHOUT_BARS:
            name = name.replace(",", ", ").replace("+", " + ")  # so that its settings are wrapped
        bar = [_bar(math.prod(stage.output_shape), largest, console)] if with_bars else []
        rows.append(
            (name, shape_text(stage.input_shape), shape_text(stage.output_shape), f"{stage.trained_size:,}", *bar)
        )
    headings = ("layer", "input", "output", "parameters", *(["size of the output".center(LONGEST_BAR)] * with_bars))
    tables.show(headings, rows, title="layers", numbers=True)


def _with_inner(stage: Stage) -> Iterator[tuple[str, Stage]]:
    """Yield a layer with its name, and behind it, indented, those inside it."""
    yield describe(stage.layer), stage
    for position, inner in inner_stages(stage).items():
        yield f"  {f'{position}: ' if position == SHORTCUT else ''}{describe(inner.layer)}", inner


def _bar(size: int, largest: int, console: Console) -> Text:
    """Return a centred bar whose length is proportional to the logarithm of a size, so that small ones can be seen."""
    length = max(1, round(LONGEST_BAR * math.log1p(size) / math.log1p(largest)))
    even = length + (length + LONGEST_BAR) % 2  # so that all bars have the same centre
    return Text((("█" if has_unicode(console) else "#") * even).center(LONGEST_BAR), justify="left")


def _history(training: dict[str, Any]) -> dict[str, str]:
    """Return what a model file records of its training, as far as it has the form that hwr writes."""
    lines = {}
    if dataset := dataset_name(training):
        lines["dataset"] = dataset
    if result := test_result(training):
        lines["test"] = f"{percent(result[0])} accuracy on {counted(result[1], 'image')}"
    match training:
        case {"history": [*_, {"number": int(number)}], "kept_epoch": int(kept), "seconds": float(seconds)}:
            words = f"{counted(number, 'epoch')} in {duration(seconds)}"
            lines["trained"] = f"{words}, the weights of epoch {kept} kept"
    match training.get("threads"):
        case int(threads):
            lines["threads"] = str(threads)
    if when := date(training):
        lines["date"] = f"{when.astimezone():%Y-%m-%d %H:%M %Z}"
    match training.get("recipe"):
        case dict(recipe) if recipe:
            given = {n: value for n, value in applied(recipe).items() if value not in (None, 0, []) and n != "layers"}
            lines["settings"] = ", ".join(f"{n.replace('_', ' ')} {value or 'default'}" for n, value in given.items())
    match training.get("versions"):
        case {**versions} if versions:
            lines["made with"] = ", ".join(f"{name} {version}" for name, version in versions.items())
    return lines


def _layer(stage: Stage) -> dict[str, Any]:
    """Return a layer as JSON values; only a residual block has "inside"."""
    inside = {position: _layer(inner) for position, inner in inner_stages(stage).items()}
    return {
        "layer": describe(stage.layer),
        "takes": stage.input_shape,
        "gives": stage.output_shape,
        "parameters": stage.trained_size,
        **({"inside": inside} if inside else {}),
    }


def _json(path: Path, model: Model) -> None:
    written = {
        "model": str(path),
        "bytes": path.stat().st_size,
        "parameters": len(model.network.trained),
        "layers": [_layer(stage) for stage in model.network.stages],
        "loss": specs.describe(model.loss),
        "classes": model.class_names,
        "preparation": model.preparation,
        "temperature": model.temperature,
        "refusal": model.rejection_threshold if model.non_digit is not None else None,
        "training": model.training,
    }
    write_json(written)
