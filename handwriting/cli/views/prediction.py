"""`hwr predict`: one reading after another, as it comes, in columns, as JSON or as CSV."""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import click

from handwriting.cli.terminal.console import is_live, printable, stdout_console
from handwriting.reading.result import Reading
from handwriting.report.formatting import percent

Readings: TypeAlias = Iterable[tuple[Path | bytes, Reading]]
"""Readings, each with the file or the content of its picture."""


def show(format: str, readings: Readings, model: Path, show_pictures: bool) -> None:
    """Print readings by the model in the file `model`, each as soon as it comes."""
    match format:
        case "json":
            _json(readings, model)
        case "jsonl":
            for _, reading in readings:
                click.echo(_as_json(reading, model))
        case "csv":
            _csv(readings)
        case _ if show_pictures:
            _pictures(readings)
        case _:
            _columns(readings)


def _json(readings: Readings, model: Path) -> None:
    """Print one array, element by element."""
    before = "[\n"
    for _, reading in readings:
        click.echo(before + _as_json(reading, model), nl=False)
        before = ",\n"
    click.echo("[]" if before == "[\n" else "\n]")


def _as_json(reading: Reading, model: Path) -> str:
    digits = [
        {"digit": d.digit, "confidence": d.confidence, "box": list(d.box), "top": [list(pair) for pair in d.top]}
        for d in reading.digits
    ]
    written = {
        "path": reading.path,
        "text": reading.text,
        "confidence": reading.confidence,
        "digits": digits,
        "reason": reading.reason,
        "model": str(model),
    }
    return json.dumps(written)


def _csv(readings: Readings) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["path", "text", "confidence", "reason"])
    for _, reading in readings:
        writer.writerow([reading.path, reading.text, reading.confidence, reading.reason])


def _pictures(readings: Readings) -> None:
    from handwriting.cli.views.reading import draw

    console = stdout_console()
    for source, reading in readings:
        console.print(*draw(reading, source, console), sep="\n")


def _columns(readings: Readings) -> None:
    """Print aligned columns with headings on a terminal; elsewhere columns with a tab between them."""
    width = max(12, min(40, stdout_console().width - 44)) if is_live(sys.stdout) else 0
    if width:
        click.echo(_row(("picture", "reading", "confidence", "candidates"), width))
    for _, reading in readings:
        cells = _cells(reading)
        click.echo(_row(cells, width) if width else "\t".join(cells))


def _cells(reading: Reading) -> tuple[str, ...]:
    path = printable(reading.path)
    if reading.text is None:
        return path, "-", "", printable(reading.reason or "")
    others = "  ".join(
        " ".join(f"{name} {percent(confidence, 1)}" for name, confidence in digit.top[1:]) for digit in reading.digits
    )
    return path, printable(reading.text.replace("\n", " / ")), percent(reading.confidence or 0.0, 1), others


def _row(cells: tuple[str, ...], width: int) -> str:
    path, text, confidence, rest = cells
    short = path if len(path) <= width else f"...{path[3 - width :]}"
    return f"{short:<{width}}  {text:<8} {confidence:>10}  {rest}".rstrip()
