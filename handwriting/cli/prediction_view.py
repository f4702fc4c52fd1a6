"""How readings are shown, one after the other as they come: columns for people, JSON and CSV for programs."""

import csv
import json
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from handwriting.cli.console import live, percent, printable, results
from handwriting.reading.recognizer import Reading

HEADINGS = ("picture", "reading", "confidence", "candidates")


class Show(Protocol):
    """What a view gives: a function that shows one reading, and knows where its picture came from."""

    def __call__(self, reading: Reading, source: Path | bytes) -> None: ...  # noqa: D102


def view(form: str, model: Path, show_pictures: bool) -> AbstractContextManager[Show]:
    """Return the view that `--format` names; `with view(...) as show:` gives what is called for every reading."""
    match form:
        case "json":
            return _json(model)
        case "jsonl":
            return _json_lines(model)
        case "csv":
            return _csv()
    return _pictures() if show_pictures else _columns()


def as_json(reading: Reading, model: Path) -> dict[str, Any]:
    """Return a reading in the form that is promised to programs."""
    digits = [
        {"digit": d.digit, "confidence": d.confidence, "box": list(d.box), "top": [list(pair) for pair in d.top]}
        for d in reading.digits
    ]
    return {
        "path": reading.path,
        "text": reading.text,
        "confidence": reading.confidence,
        "digits": digits,
        "reason": reading.reason,
        "model": str(model),
    }


@contextmanager
def _json_lines(model: Path) -> Generator[Show]:
    yield lambda reading, source: click.echo(json.dumps(as_json(reading, model)))


@contextmanager
def _json(model: Path) -> Generator[Show]:
    """One array, written as its elements come."""
    before = "[\n"

    def show(reading: Reading, source: Path | bytes) -> None:
        nonlocal before
        click.echo(before + json.dumps(as_json(reading, model)), nl=False)
        before = ",\n"

    yield show
    click.echo("[]" if before == "[\n" else "\n]")


@contextmanager
def _csv() -> Generator[Show]:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["path", "text", "confidence", "reason"])
    yield lambda reading, source: writer.writerow([reading.path, reading.text, reading.confidence, reading.reason])


@contextmanager
def _columns() -> Generator[Show]:
    """Aligned columns on a terminal, with a heading; elsewhere columns with a tab between them."""
    width = max(12, min(40, results().width - 44)) if live(sys.stdout) else 0
    if width:
        click.echo(_row(HEADINGS, width))

    def show(reading: Reading, source: Path | bytes) -> None:
        cells = _cells(reading)
        click.echo(_row(cells, width) if width else "\t".join(cells))

    yield show


@contextmanager
def _pictures() -> Generator[Show]:
    """Each picture, small, and its reading beside it."""
    from handwriting.cli.reading_view import drawn

    def show(reading: Reading, source: Path | bytes) -> None:
        for line in drawn(reading, source, results()):
            results().print(line)

    yield show


def _cells(reading: Reading) -> tuple[str, ...]:
    path = printable(reading.path)
    if reading.text is None:
        return (path, "-", "", printable(reading.reason or ""))
    others = "  ".join(
        " ".join(f"{name} {percent(sure, 1)}" for name, sure in digit.top[1:]) for digit in reading.digits
    )
    return (path, printable(reading.text.replace("\n", " / ")), percent(reading.confidence or 0.0, 1), others)


def _row(cells: tuple[str, ...], width: int) -> str:
    path, text, sure, rest = cells
    short = path if len(path) <= width else f"...{path[3 - width :]}"
    return f"{short:<{width}}  {text:<8} {sure:>10}  {rest}".rstrip()
