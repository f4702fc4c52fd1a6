"""Where words go: results to standard output, talk to standard error, and progress in the form that suits the place.

On a terminal progress is a live bar; elsewhere (a pipe, a log, TERM=dumb) it is a plain line now and then.
rich is imported only where it draws: that takes longer than to start without it.
"""

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import Console

    from handwriting import interfaces


@functools.cache
def results() -> "Console":
    """Return the console for what a command was asked for."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


@functools.cache
def talk() -> "Console":
    """Return the console for everything else."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def live(stream: TextIO) -> bool:
    """Return whether a moving bar can be drawn there."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def say(text: str) -> None:
    """Say something, as it is, on standard error."""
    print(printable(text), file=sys.stderr)


@functools.cache
def say_once(text: str) -> None:
    """Say something that several places find out; only the first time it is said."""
    say(text)


def printable(text: str) -> str:
    """Return text that comes from outside (a file's name) without anything that could steer the terminal."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def box_style() -> "Box | None":
    """Return the frame of tables: lines on a terminal, nothing that would disturb a program elsewhere."""
    from rich import box

    return box.SIMPLE_HEAD if results().is_terminal else None


def percent(share: float, digits: int = 2) -> str:
    """Return a share as "98.10 %"."""
    return f"{100 * share:.{digits}f} %"


def follow(events: Iterator["interfaces.Progress | interfaces.Notice"]) -> Any:
    """Draw events as they come, and return what the generator returns in the end."""
    from handwriting import interfaces

    with _shown() as show:
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                return end.value
            if isinstance(event, interfaces.Notice):
                say(event.text)
            else:
                show(event)


def _shown() -> AbstractContextManager[Callable[["interfaces.Progress"], None]]:
    if not live(sys.stderr):
        return nullcontext(_line)
    from handwriting.cli.bars import bars

    return bars(talk())


def _line(event: "interfaces.Progress") -> None:
    """Where no bar can move: one line for each thing that is done."""
    if event.done >= event.total:
        say(f"{event.label}: {event.total:,} {event.unit}")
