"""Results for programs: JSON, and CSV that a spreadsheet can open without harm."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from handwriting.system.text import printable

Cell: TypeAlias = str | float | None

FORMULA = ("=", "+", "-", "@")
"""How a cell of several characters begins that a spreadsheet takes for a formula, which may run programs."""


def write_json(value: Any, indent: int | None = None) -> None:
    """Print a value as JSON, on one line unless there is an indent."""
    print(_json(value, indent), flush=True)


def write_json_array(values: Iterable[Any]) -> None:
    """Print an array as JSON, each element as soon as it comes."""
    before = "[\n"
    for value in values:
        print(before + _json(value), end="", flush=True)
        before = ",\n"
    print("[]" if before == "[\n" else "\n]", flush=True)


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a line for the headings and for each row, as soon as it comes.

    Text that a spreadsheet would take for a formula stands behind a `'`, as OWASP advises against CSV injection.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(map(_csv_cell, headings))
    for row in rows:
        writer.writerow(map(_csv_cell, row))
        sys.stdout.flush()


def _json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON, in ASCII; of its control characters, json leaves only DEL as it is."""
    return printable(json.dumps(value, indent=indent), keep="\n")


def _csv_cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = printable(cell)
    return f"'{text}" if len(text) > 1 and text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
