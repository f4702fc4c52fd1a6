"""Rows of text in aligned columns, without rich, which takes longer to import than a listing takes otherwise."""

import shutil
import sys
from collections.abc import Sequence

import click

from handwriting.cli.terminal.console import printable


def write(rows: Sequence[Sequence[str]]) -> None:
    """Print rows with their columns aligned; on a terminal, each is cut to one line."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(printable(line)[:columns])
