"""Tables: with lines on a terminal, as a list where it is too narrow for one; elsewhere plain columns, complete."""

from collections.abc import Sequence
from typing import TypeAlias

from rich import box
from rich.table import Column, Table
from rich.text import Text

from handwriting.cli.terminal import rows as plain_rows
from handwriting.cli.terminal.console import one_line, stdout_console, write

Rows: TypeAlias = Sequence[Sequence[str | Text]]

LONGEST_WORD = 20
"""Columns up to which a word in the first column of a table of numbers is kept whole."""


def show(headings: Sequence[str], rows: Rows, *, title: str = "", numbers: bool = False) -> None:
    """Print a table; with `numbers`, its columns are right-justified from the second one on, and never wrapped."""
    if title:
        write(title)
    if not stdout_console().is_terminal:
        plain_rows.write([headings, *([str(cell) for cell in row] for row in rows)], numbers)
    elif numbers and not fits(headings, rows):
        _show_list(headings, rows)
    else:
        stdout_console().print(_table(headings, rows, numbers), "", soft_wrap=False)


def fits(headings: Sequence[str], rows: Rows) -> bool:
    """Return whether a table of numbers fits into the terminal; elsewhere every table does."""
    console = stdout_console()
    words = (_text(word).cell_len for row in rows for word in str(row[0]).split())
    names = min(max(words, default=0), LONGEST_WORD)
    return not console.is_terminal or names + sum(width + 1 for width in _widths(headings, rows)[1:]) <= console.width


def _table(headings: Sequence[str], rows: Rows, numbers: bool) -> Table:
    columns = [
        Column(heading, justify="right" if numbers and i else "left", no_wrap=numbers and i > 0, overflow="fold")
        for i, heading in enumerate(headings)
    ]
    has_space = sum(width + 3 for width in _widths(headings, rows)) <= stdout_console().width
    table = Table(*columns, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, int(has_space)))
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _show_list(headings: Sequence[str], rows: Rows) -> None:
    """Print a paragraph for each row: its name, then a line for each of its values."""
    widest = max(map(len, headings))
    for name, *values in rows:
        write(str(name))
        for heading, value in zip(headings[1:], values, strict=True):
            write(f"  {heading:<{widest}}  {value}", indent=4)


def _widths(headings: Sequence[str], rows: Rows) -> list[int]:
    """Return the columns of the terminal that each column of a table needs."""
    return [max(_text(cell).cell_len for cell in column) for column in zip(headings, *rows, strict=True)]


def _text(cell: str | Text) -> Text:
    return cell if isinstance(cell, Text) else one_line(cell)
