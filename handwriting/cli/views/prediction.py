"""`hwr predict`: one reading after another, as it comes, in columns, as JSON or as CSV."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from handwriting.cli.terminal.console import stdout_console, terminal_width, together, wrapped, write_whole
from handwriting.cli.terminal.data import write_csv, write_json, write_json_array
from handwriting.cli.terminal.rows import write_with_tabs
from handwriting.reading.result import Reading
from handwriting.report.formatting import percent

Readings: TypeAlias = Iterable[tuple[Path | bytes, Reading]]
"""Readings, each with the file or the content of its picture."""

CANDIDATES_WIDTH = 18
"""Columns for two candidates for a digit, as in "9 35.3 % 0 1.5 %"."""


def show(format: str, readings: Readings, model: Path, show_pictures: bool) -> None:
    """Print readings by the model in the file `model`, each as soon as it comes."""
    match format:
        case "json":
            write_json_array(_as_json(reading, model) for _, reading in readings)
        case "jsonl":
            for _, reading in readings:
                write_json(_as_json(reading, model))
        case "csv":
            cells = (row for _, reading in readings for row in _csv_rows(reading))
            write_csv(["path", "text", "confidence", "reason"], cells)
        case _ if show_pictures:
            _pictures(readings)
        case _:
            _columns(readings)


def _as_json(reading: Reading, model: Path) -> dict[str, Any]:
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
        "lines": [
            {
                "text": line.text,
                "confidence": line.confidence,
                "boxes": [list(digit.box) for digit in line.digits],
                "reason": line.reason,
            }
            for line in reading.lines
        ],
        "separators": [{"character": mark.character, "box": list(mark.box)} for mark in reading.separators],
        "ignored": [list(box) for box in reading.ignored],
    }


def _csv_rows(reading: Reading) -> list[list[Any]]:
    """Return a row for the reading; where each line is a number of its own, one for each."""
    if "\n" in (reading.text or ""):
        return [[reading.path, line.text, line.confidence, line.reason] for line in reading.lines]
    return [[reading.path, reading.text, reading.confidence, reading.reason]]


def _pictures(readings: Readings) -> None:
    from handwriting.cli.views.reading import draw

    console = stdout_console()
    for source, reading in readings:
        console.print(*draw(reading, source, console), sep="\n")


def _columns(readings: Readings) -> None:
    """Print aligned columns with headings on a terminal; elsewhere columns with a tab between them."""
    width = terminal_width()
    if width:
        _write_row("picture", "reading", "confidence", ["candidates"], width)
    for _, reading in readings:
        path, text, confidence, candidates = _cells(reading)
        if width:
            _write_row(path, text, confidence, candidates, width)
        else:
            write_with_tabs([path, text, confidence, "  ".join(candidates)])


def _cells(reading: Reading) -> tuple[str, str, str, list[str]]:
    """Return path, text, confidence, and for each digit its other candidates, or the reason why nothing was read."""
    if reading.text is None:
        return reading.path, "-", "", [reading.reason or ""]
    others = [
        " ".join(f"{name} {percent(confidence, 1)}" for name, confidence in digit.top[1:]) for digit in reading.digits
    ]
    return (
        reading.path,
        " / ".join(line or "-" for line in reading.text.split("\n")),
        percent(reading.confidence or 0.0, 1),
        others,
    )


def _write_row(path: str, text: str, confidence: str, candidates: list[str], width: int) -> None:
    """Print a row: a long path has a line of its own, and candidates follow below if there is no space."""
    path_width = max(12, min(40, width - 44))
    is_long = len(path) > path_width
    start = f"{'' if is_long else path:<{path_width}}  {text:<8} {confidence:>10}"
    is_narrow = width - len(start) - 2 < CANDIDATES_WIDTH
    indent = 4 if is_narrow else len(start) + 2
    first, *others = [*([""] if is_narrow else []), *_wrapped(candidates, width - indent)]
    for line in [*([path] if is_long else []), f"{start}  {first}".rstrip(), *(" " * indent + line for line in others)]:
        write_whole(line)


def _wrapped(candidates: list[str], width: int) -> list[str]:
    """Return the candidates as lines, those for a digit on the same one if they fit."""
    return wrapped("  ".join(map(together, candidates)), width)
