"""The progress of preparing a dataset: live bars on a terminal, else a line for each file or split that is done."""

import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from handwriting.cli.terminal.console import is_live, message, stderr_console
from handwriting.interfaces import Notice, Progress

Result = TypeVar("Result")


def follow(events: Iterable[Progress | Notice]) -> None:
    """Show events as they come."""
    with _display() as show:
        for event in events:
            if isinstance(event, Notice):
                message(event.text)
            else:
                show(event)


def result_of(work: Generator[Progress, None, Result]) -> Result:
    """Return the result of work that yields its progress, which is shown on a live terminal until it is done."""
    with _display(transient=True) if is_live(sys.stderr) else nullcontext(_ignore) as show:
        while True:
            try:
                show(next(work))
            except StopIteration as end:
                result: Result = end.value
                return result


def _display(transient: bool = False) -> AbstractContextManager[Callable[[Progress], None]]:
    if not is_live(sys.stderr):
        return nullcontext(_show_if_done)
    from handwriting.cli.terminal.bars import bars

    return bars(stderr_console(), transient)


def _ignore(event: Progress) -> None:
    """Show nothing: where nothing can be drawn again, the result is what counts."""


def _show_if_done(event: Progress) -> None:
    if event.done >= event.total:
        message(f"{event.label}: {event.total:,} {event.unit}")
