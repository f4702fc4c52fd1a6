"""Help texts, as wide as the terminal."""

import shutil
from collections.abc import Iterable

import click

WIDEST, NARROWEST = 80, 22
"""Columns of a help text; on a terminal with fewer than the latter, lines are folded."""
TEXT_COLUMNS = 24
"""Columns that the texts beside options have at least; an option that leaves fewer has a line of its own."""


class HelpFormatter(click.HelpFormatter):
    """click's formatter, which lets no help text be narrower than 50 columns."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        columns = min(shutil.get_terminal_size().columns, WIDEST)
        super().__init__(indent_increment, max(columns, NARROWEST) - 2)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms, such as options, and beside them their texts."""
        super().write_dl(rows, max(min(col_max, self.width - TEXT_COLUMNS), 10), col_spacing)
