"""The progress of preparing a dataset: live bars on a terminal, else a line for each file or split that is done."""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

from handwriting.cli.terminal.console import is_live, message, message_once, stderr_console
from handwriting.interfaces import Notice, Progress


def follow(events: Iterable[Progress | Notice]) -> None:
    """Show events as they come; a notice that several datasets give is shown once."""
    with _display() as show:
        for event in events:
            if isinstance(event, Notice):
                message_once(event.text)
            else:
                show(event)


def _display() -> AbstractContextManager[Callable[[Progress], None]]:
    if not is_live(sys.stderr):
        return nullcontext(_show_if_done)
    from handwriting.cli.terminal.bars import bars

    return bars(stderr_console())


def _show_if_done(event: Progress) -> None:
    if event.done >= event.total:
        message(f"{event.label}: {event.total:,} {event.unit}")
