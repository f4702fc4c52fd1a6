"""Rows of text as columns. Without rich: a listing should be there before rich is imported."""

import shutil
import sys
from collections.abc import Sequence

import click


def write(rows: Sequence[Sequence[str]]) -> None:
    """Write rows to standard output, their columns aligned; on a terminal each is cut to one line."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(_printable(line)[:room])


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    from handwriting.cli.console import printable

    return printable(text)
