"""Rows of text in aligned columns for programs, complete, and without rich, which is slow to import."""

from collections.abc import Sequence

from handwriting.cli.terminal.console import write_whole
from handwriting.system.text import printable


def write(rows: Sequence[Sequence[str]], numbers: bool = False) -> None:
    """Print rows with their columns aligned; with `numbers`, the columns from the second one on at the right."""
    escaped = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*escaped, strict=True)]
    for row in escaped:
        cells = [
            f"{cell:{'>' if numbers and column else '<'}{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        write_whole("  ".join(cells).rstrip())


def write_with_tabs(cells: Sequence[str]) -> None:
    """Print a row with a tab between two cells."""
    print(*map(printable, cells), sep="\t", flush=True)
