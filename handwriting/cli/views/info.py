"""`hwr info`: a model in words, its layers as a table, the weights of its first layer as images; or all as JSON."""

import json
import math
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from handwriting.cli.terminal import weight_images as drawing
from handwriting.cli.terminal.console import fact, has_unicode, stdout_console, table
from handwriting.cli.views.rejection import rejection
from handwriting.models.model_file import Model
from handwriting.nn import weight_images
from handwriting.nn.architecture import describe, shape_text
from handwriting.report.formatting import megabytes, percent

LONGEST_BAR, COLUMNS_WITHOUT_NAMES = 22, 62
"""Columns of the longest bar, and of the table of layers with bars besides the layers' names."""
MOST_IMAGES = 100


def show(format: str, path: Path, model: Model) -> None:
    """Print the description of the model in the file `path`."""
    {"text": _text, "json": _json}[format](path, model)


def _text(path: Path, model: Model) -> None:
    console = stdout_console()
    fact("model", f"{path}, {megabytes(path)}")
    fact("network", model.network)
    fact("classes", " ".join(model.class_names))
    for label, text in _history(model).items():
        fact(label, text)
    if rejected := rejection(model):
        fact("rejects", rejected)
    console.print(_layers(model, console))
    weights = weight_images.first_weights(model.network)
    if weights is not None:
        print(f"weights of the first layer ({drawing.legend(console)})", flush=True)
        images = weight_images.scaled(weight_images.strongest(weights, MOST_IMAGES))
        console.print(*drawing.draw(images, console), sep="\n")


def _layers(model: Model, console: Console) -> Table:
    """Return a table of the layers; if the console is wide enough, with bars for the sizes of their outputs."""
    layers = table("layer", "input", "output", "parameters", title="layers", numbers=True)
    longest = max(len(describe(stage.layer)) for stage in model.network.stages)
    if with_bars := console.width >= longest + COLUMNS_WITHOUT_NAMES:
        layers.add_column("size of the output", justify="center", no_wrap=True)
    largest = max(math.prod(stage.output_shape) for stage in model.network.stages)
    for stage in model.network.stages:
        shapes = (shape_text(shape) for shape in (stage.input_shape, stage.output_shape))
        bar = [_bar(math.prod(stage.output_shape), largest, console)] if with_bars else []
        layers.add_row(describe(stage.layer), *shapes, f"{stage.trained_size:,}", *bar)
    return layers


def _bar(size: int, largest: int, console: Console) -> Text:
    """Return a bar whose length is proportional to the logarithm of a size, so that small ones can be seen."""
    length = max(1, round(LONGEST_BAR * math.log1p(size) / math.log1p(largest)))
    even = length + (length + LONGEST_BAR) % 2  # so that all bars have the same centre
    return Text(("█" if has_unicode(console) else "#") * even, "cyan")


def _history(model: Model) -> dict[str, str]:
    """Return what a model file records of its training, as far as it has the form that hwr writes."""
    training, lines = model.training, {}
    if model.trained_on is not None:
        lines["dataset"] = model.trained_on
    match training.get("test"):
        case {"accuracy": float(accuracy), "count": int(count)}:
            lines["test"] = f"{percent(accuracy)} accuracy on {count:,} images"
    match training:
        case {"history": [*_, {"number": int(number)}], "kept_epoch": int(kept), "seconds": float(seconds)}:
            lines["trained"] = f"{number} epochs in {seconds:.0f} s, the weights of epoch {kept} kept"
    match training.get("recipe"):
        case {**recipe} if recipe:
            given = {name: value for name, value in recipe.items() if value not in (None, 0, []) and name != "layers"}
            lines["settings"] = ", ".join(f"{name} {value or 'default'}" for name, value in given.items())
    match training.get("versions"):
        case {**versions} if versions:
            lines["made with"] = ", ".join(f"{name} {version}" for name, version in versions.items())
    return lines


def _json(path: Path, model: Model) -> None:
    layers = [
        {"layer": describe(s.layer), "takes": s.input_shape, "gives": s.output_shape, "parameters": s.trained_size}
        for s in model.network.stages
    ]
    written = {
        "model": str(path),
        "bytes": path.stat().st_size,
        "parameters": len(model.network.trained),
        "layers": layers,
        "loss": model.loss.name,
        "classes": model.class_names,
        "preparation": model.preparation,
        "temperature": model.temperature,
        "refusal": model.rejection_threshold if model.non_digit is not None else None,
        "training": model.training,
    }
    click.echo(json.dumps(written))
