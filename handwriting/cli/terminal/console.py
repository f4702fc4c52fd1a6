"""Where text goes: results to standard output, messages to standard error, each as one line without control characters.

rich is imported only where it draws, since that takes longer than all else that `hwr` imports to start.
"""

import functools
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, TextIO

from handwriting.system.text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

NO_BREAK = "\u00a0"
"""A space that keeps two words on one line, where lines are wrapped."""


@functools.cache
def stdout_console() -> "Console":
    """Return the console for results."""
    from handwriting.cli.terminal.escaping import EscapingConsole

    return EscapingConsole(width=terminal_width(), highlight=False, markup=False, emoji=False, soft_wrap=True)


@functools.cache
def stderr_console() -> "Console":
    """Return the console for progress."""
    from rich.theme import Theme

    from handwriting.cli.terminal.escaping import EscapingConsole

    # rich writes these in a fixed colour, which can't be read on every terminal
    theme = Theme(dict.fromkeys(("progress.remaining", "progress.download", "progress.data.speed"), "none"))
    return EscapingConsole(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True, theme=theme)


def is_live(stream: TextIO) -> bool:
    """Return whether a stream is a terminal on which lines can be drawn again."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def has_unicode(console: "Console") -> bool:
    """Return whether a console can show blocks and braille."""
    return console.encoding.lower().startswith("utf")


def has_colours(console: "Console") -> bool:
    """Return whether a console can show blocks in 24-bit colours, or in the nearest that it has."""
    return bool(console.color_system) and not console.no_color and has_unicode(console)


def terminal_width(stream: TextIO | None = None) -> int | None:
    """Return the columns of the terminal that a stream is, by default standard output.

    None if it is none, so that lines stay whole.
    """
    return shutil.get_terminal_size().columns if (stream or sys.stdout).isatty() else None


def write(text: str, indent: int = 0, stream: TextIO | None = None) -> None:
    """Print text as one line or, on a terminal, as lines of whole words, indented from the second one on."""
    width, shown = terminal_width(stream), printable(text, keep=NO_BREAK)
    lines = wrapped(shown, width, indent) if width else [shown.replace(NO_BREAK, " ")]
    print(*lines, sep="\n", flush=True, file=stream)


def write_whole(text: str) -> None:
    """Print text as one line, whatever the width of the terminal."""
    print(printable(text), flush=True)


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """Return text as lines of at most `width` characters, indented from the second one on.

    A word is never cut, so that a path can be copied: one that is longer has a line of its own, without an indent.
    A `NO_BREAK` is a space at which no line ends, unless what it keeps together is longer than a line.
    """
    words = (word if len(word) <= width - indent else word.replace(NO_BREAK, " ") for word in text.split(" "))
    lines = textwrap.wrap(
        " ".join(words), width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )  # fmt: skip
    return [(line if len(line) <= width else line.strip()).replace(NO_BREAK, " ") for line in lines] or [""]


def together(text: str) -> str:
    """Return text that is kept on one line."""
    return text.replace(" ", NO_BREAK)


def fact(label: str, text: object) -> None:
    """Print one fact of a result, with its label at the start."""
    write(f"{label:<9} {text}", indent=10)


def message(text: str) -> None:
    """Print a message to standard error."""
    write(text, indent=4, stream=sys.stderr)


message_once = functools.cache(message)
"""Print a message that several places may give, the first time only."""


def one_line(text: str, style: str = "") -> "Text":
    """Return text as one line for a console, escaped before it is measured."""
    from rich.text import Text

    return Text(printable(text), style)
