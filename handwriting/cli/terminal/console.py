"""Where text goes: results to standard output, messages to standard error.

rich is imported only where it draws, since that takes longer than all else that `hwr` imports to start.
"""

import functools
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


@functools.cache
def stdout_console() -> "Console":
    """Return the console for results."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


@functools.cache
def stderr_console() -> "Console":
    """Return the console for progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def is_live(stream: TextIO) -> bool:
    """Return whether a stream is a terminal on which lines can be drawn again."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def has_unicode(console: "Console") -> bool:
    """Return whether a console can show blocks and braille."""
    return console.encoding.lower().startswith("utf")


def has_colours(console: "Console") -> bool:
    """Return whether a console can show blocks in 24-bit colours, or in the nearest that it has."""
    return bool(console.color_system) and not console.no_color and has_unicode(console)


def fact(label: str, text: object) -> None:
    """Print one line of a result, with its label at the start."""
    print(f"{label:<9} {printable(str(text))}", flush=True)


def message(text: str) -> None:
    """Print a message to standard error."""
    print(printable(text), file=sys.stderr)


message_once = functools.cache(message)
"""Print a message that several places may give, the first time only."""


def printable(text: str) -> str:
    """Return text from outside, such as a file's name, without characters that could control the terminal."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def table(*headings: str, title: str | None = None, numbers: bool = False) -> "Table":
    """Return an empty table; with `numbers`, its columns are right-justified from the second one on.

    It has lines on a terminal, and none elsewhere, where a program may read it.
    """
    from rich import box
    from rich.table import Column, Table

    console = stdout_console()
    columns = [
        Column(heading, justify="right" if numbers and position else "left", overflow="fold")
        for position, heading in enumerate(headings)
    ]
    is_narrow = console.is_terminal and console.width < 70
    style = box.SIMPLE_HEAD if console.is_terminal else None
    return Table(*columns, title=title, title_justify="left", box=style, padding=(0, 0 if is_narrow else 1))
