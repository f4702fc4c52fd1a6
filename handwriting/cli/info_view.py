"""How a model is described: sentences and a table of layers for people, JSON for programs."""

import json
import math
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from handwriting.cli import tiles_view
from handwriting.cli.console import box_style, percent, printable, results
from handwriting.cli.model import refusal
from handwriting.models.model_file import Model
from handwriting.nn import architecture, weight_images

FLOW, BESIDE = 22, 62
"""Columns of the longest bar, and those that it and the figures need beside the names of the layers."""
MOST_TILES = 100


def show(form: str, path: Path, model: Model) -> None:
    """Write the description of `model`, which is in the file `path`, to standard output."""
    {"text": _text, "json": _json}[form](path, model)


def _text(path: Path, model: Model) -> None:
    lines = {
        "model": f"{path}, {path.stat().st_size / 1e6:.2f} MB",
        "network": str(model.network),
        "classes": " ".join(model.class_names),
        **_history(model.training),
    }
    if refused := refusal(model):
        lines["refuses"] = refused
    console = results()
    for name, words in lines.items():
        console.print(f"{name:<9} {printable(words)}", markup=False)
    console.print(_layers(model, console))
    if (found := weight_images.first_weights(model.network)) is not None:
        console.print(f"what the first layer looks for ({tiles_view.legend(console)})", markup=False)
        for line in tiles_view.draw(weight_images.scaled(weight_images.strongest(found, MOST_TILES)), console):
            console.print(line)


def _layers(model: Model, console: Console) -> Table:
    """Layer below layer; where there is room, with a bar as wide as what flows out of it."""
    table = Table(title="layers", box=box_style(), title_justify="left")
    for heading in ("layer", "takes", "gives", "parameters"):
        table.add_column(heading, justify="left" if heading == "layer" else "right", overflow="fold")
    longest = max(len(architecture.describe(stage.layer)) for stage in model.network.stages)
    if drawn := console.width >= longest + BESIDE:
        table.add_column("numbers that flow", justify="center", no_wrap=True)
    largest = max(math.prod(stage.output_shape) for stage in model.network.stages)
    for stage in model.network.stages:
        shapes = (architecture.shape_text(shape) for shape in (stage.input_shape, stage.output_shape))
        flow = [_flow(math.prod(stage.output_shape), largest, console)] if drawn else []
        table.add_row(Text(architecture.describe(stage.layer)), *shapes, f"{stage.trained_size:,}", *flow)
    return table


def _flow(count: int, largest: int, console: Console) -> Text:
    """Return a bar for so many numbers: by their logarithm, or the last layers would not be seen."""
    mark = "█" if console.encoding.lower().startswith("utf") else "#"
    length = max(1, round(FLOW * math.log1p(count) / math.log1p(largest)))
    return Text(mark * (length + (length + FLOW) % 2), "cyan")  # of the same parity, all bars have the same centre


def _history(training: dict[str, Any]) -> dict[str, str]:
    """Return what a model file tells of its training, as far as it is of the form that hwr writes."""
    lines = {}
    match training.get("dataset"):
        case {"mixture": [*parts]}:
            lines["dataset"] = "+".join(str(part.get("name")) for part in parts if isinstance(part, dict))
        case {"name": str(name)}:
            lines["dataset"] = name
    match training.get("test"):
        case {"accuracy": float(share), "count": int(count)}:
            lines["test"] = f"{percent(share)} of {count:,} pictures recognised"
    match training:
        case {"history": [*_, {"number": int(number)}], "kept_epoch": int(kept), "seconds": float(seconds)}:
            lines["trained"] = f"{number} epochs in {seconds:.0f} s, the weights of epoch {kept} kept"
    match training.get("recipe"):
        case {**recipe} if recipe:
            given = {name: value for name, value in recipe.items() if value not in (None, 0, []) and name != "layers"}
            lines["settings"] = ", ".join(f"{name} {value or 'as it is'}" for name, value in given.items())
    match training.get("versions"):
        case {**versions} if versions:
            lines["made with"] = ", ".join(f"{name} {version}" for name, version in versions.items())
    return lines


def _json(path: Path, model: Model) -> None:
    layers = [
        {
            "layer": architecture.describe(stage.layer),
            "takes": stage.input_shape,
            "gives": stage.output_shape,
            "parameters": stage.trained_size,
        }
        for stage in model.network.stages
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
