"""Where words go: results to standard output, talk to standard error, and progress in the form that suits the place.

On a terminal progress is a live bar; elsewhere (a pipe, a log, TERM=dumb) it is a plain line now and then.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from handwriting import interfaces


@functools.cache
def results() -> Console:
    """Return the console for what a command was asked for."""
    return Console(highlight=False, soft_wrap=True)


@functools.cache
def talk() -> Console:
    """Return the console for everything else."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def live(console: Console) -> bool:
    """Return whether a moving bar can be drawn there."""
    return console.is_terminal and not console.is_dumb_terminal


def say(text: str) -> None:
    """Say something, as it is, on standard error."""
    talk().print(printable(text), markup=False)


@functools.cache
def say_once(text: str) -> None:
    """Say something that several places find out; only the first time it is said."""
    say(text)


def printable(text: str) -> str:
    """Return text that comes from outside (a file's name) without anything that could steer the terminal."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def box_style() -> box.Box | None:
    """Return the frame of tables: lines on a terminal, nothing that would disturb a program elsewhere."""
    return box.SIMPLE_HEAD if results().is_terminal else None


def percent(share: float, digits: int = 2) -> str:
    """Return a share as "98.10 %"."""
    return f"{100 * share:.{digits}f} %"


def follow(events: Iterator[interfaces.Progress | interfaces.Notice]) -> Any:
    """Draw events as they come, and return what the generator returns in the end."""
    with _bars() if live(talk()) else nullcontext(_line) as show:
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                return end.value
            if isinstance(event, interfaces.Notice):
                say(event.text)
            else:
                show(event)


def _line(event: interfaces.Progress) -> None:
    """Where no bar can move: one line for each thing that is done."""
    if event.done >= event.total:
        say(f"{event.label}: {event.total:,} {event.unit}")


@contextmanager
def _bars() -> Iterator[Callable[[interfaces.Progress], None]]:
    """Give a function that draws one bar for each label."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), _Amount(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=talk()) as bars:

        def show(event: interfaces.Progress) -> None:
            if event.label not in tasks:
                tasks[event.label] = bars.add_task(event.label, unit=event.unit)
            bars.update(tasks[event.label], completed=event.done, total=event.total)

        yield show


class _Amount(ProgressColumn):
    """How much is done of how much, and how fast, in bytes or in whatever else is counted."""

    def render(self, task: Task) -> Text:
        """Return "3.1/9.9 MB 2.4 MB/s" or "3,000/24,000 images"."""
        if task.fields["unit"] == "bytes":
            return Text(" ").join((DownloadColumn().render(task), TransferSpeedColumn().render(task)))
        return Text(f"{task.completed:,.0f}/{task.total or 0:,.0f} {task.fields['unit']}")
