"""How a comparison is shown: a table, a sentence for each pair, pictures; JSON for programs."""

import json
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from handwriting.cli import thumbnails
from handwriting.cli.console import box_style, percent, printable, results
from handwriting.evaluation.comparison import Comparison, Difference, Speed
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.evaluation.significance import Pair
from handwriting.report.words import called, letter, probability, verdict

COLUMN = 20
"""Characters that a model's column may take."""


def show(form: str, comparison: Comparison, pictures: int) -> None:
    """Write the comparison to standard output, as text with so many of the pictures that are read differently."""
    {"text": _text, "json": _json}[form](comparison, pictures)


def _text(comparison: Comparison, pictures: int) -> None:
    console, first = results(), comparison.models[0]
    count = first.evaluation.metrics.count
    for i, evaluated in enumerate(comparison.models):
        console.print(f"{letter(i)}  {printable(str(evaluated.path))}  {evaluated.model.network}", markup=False)
    console.print(f"dataset   {printable(first.dataset)}: {count:,} pictures for the test", markup=False)
    console.print(_models(comparison, console.width), markup=False)
    for pair in comparison.pairs:
        console.print(_sentence(pair), markup=False)
    console.print(f"differ    {len(comparison.differences):,} pictures are not read the same by all", markup=False)
    shown = comparison.differences[:pictures]
    images = first.examples.images[[found.position for found in shown]] if shown else first.examples.images[:0]
    captions = [_caption(found) for found in shown]
    for line in thumbnails.rows(images, captions, console, console.width):
        console.print(line)


def _models(comparison: Comparison, width: int) -> Table | str:
    """A column for each model; where these find no room, line after line."""
    entries = zip(comparison.models, comparison.speeds, strict=True)
    figures = {letter(i): _figures(*entry) for i, entry in enumerate(entries)}
    names = list(figures["A"])
    if width < 20 + COLUMN * len(figures):
        return "\n".join(f"{short}  {name} {of[name]}" for short, of in figures.items() for name in names)
    table = Table("", *figures, box=box_style())
    for column in table.columns[1:]:
        column.justify = "right"
    for name in names:
        table.add_row(name, *(of[name] for of in figures.values()))
    return table


def _figures(evaluated: EvaluatedModel, speed: Speed) -> dict[str, str]:
    judged = evaluated.evaluation.metrics
    low, high = judged.interval
    return {
        "accuracy": percent(judged.accuracy),
        "95 % interval": f"{100 * low:.2f} to {100 * high:.2f} %",
        "calibration error": percent(judged.calibration_error),
        "parameters": f"{len(evaluated.model.network.trained):,}",
        "file": f"{evaluated.path.stat().st_size / 1e6:.2f} MB",
        "pictures/s": f"{speed.pictures_per_second:,.0f}",
        "one picture": f"{speed.milliseconds:.2f} ms",
    }


def _sentence(pair: Pair) -> str:
    first, second = letter(pair.first), letter(pair.second)
    better = first if pair.only_first > pair.only_second else second
    return (
        f"{first}, {second}      {verdict(pair.adjusted, better)}: only {first} reads {pair.only_first:,} right, "
        f"only {second} {pair.only_second:,} (McNemar's test, p {_equals(pair.adjusted)})"
    )


def _equals(p_value: float) -> str:
    words = probability(p_value)
    return words if words.startswith("<") else f"= {words}"


def _caption(found: Difference) -> list[str]:
    readings = zip(found.readings, found.confidences, strict=True)
    said = (f"{letter(i)} {printable(called(name))[:6]} {percent(sure, 0)}" for i, (name, sure) in enumerate(readings))
    return [f"is {printable(called(found.truth))}", *said, ""]


def _json(comparison: Comparison, pictures: int) -> None:
    first = comparison.models[0]
    written: dict[str, Any] = {
        "dataset": first.dataset,
        "count": first.evaluation.metrics.count,
        "models": [_model(*entry) for entry in zip(comparison.models, comparison.speeds, strict=True)],
        "pairs": [asdict(pair) for pair in comparison.pairs],
        "differences": [_difference(found) for found in comparison.differences],
    }
    click.echo(json.dumps(written))


def _model(evaluated: EvaluatedModel, speed: Speed) -> dict[str, Any]:
    judged = evaluated.evaluation.metrics
    return {
        "model": str(evaluated.path),
        "accuracy": judged.accuracy,
        "interval": judged.interval,
        "calibration_error": judged.calibration_error,
        "parameters": len(evaluated.model.network.trained),
        "bytes": evaluated.path.stat().st_size,
        **asdict(speed),
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "position": found.position,
        "truth": found.truth,
        "readings": found.readings,
        "sure": found.confidences,
    }
