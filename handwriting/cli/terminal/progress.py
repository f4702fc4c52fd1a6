"""The progress of preparing a dataset: live bars on a terminal, else a line for each file or split that is done."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

from handwriting.cli.terminal.console import is_live, message, message_once, stderr_console
from handwriting.interfaces import Floats, Images, Notice, Progress

Item = TypeVar("Item")


def follow(events: Iterable[Progress | Notice]) -> None:
    """Show events as they come; a notice that several datasets give is shown once."""
    with _display() as show:
        for event in events:
            if isinstance(event, Notice):
                message_once(event.text)
            else:
                show(event)


def read_shown(function: Callable[[Images], Floats], images: Images) -> Floats:
    """Return what `function` returns for images (n, 28, 28); the progress is shown on a live terminal until then."""
    from handwriting.evaluation.evaluate import in_chunks

    work = in_chunks(function, images)
    with _display(transient=True) if is_live(sys.stderr) else nullcontext(_ignore) as show:
        while True:
            try:
                show(next(work))
            except StopIteration as end:
                result: Floats = end.value
                return result


def counted(items: Iterable[Item], total: int, label: str, unit: str) -> Iterator[Item]:
    """Yield the items, and show on a live terminal how many of the `total` there have been."""
    with _display(transient=True) as show:
        show(Progress(label, 0, total, unit))
        for done, item in enumerate(items, 1):
            yield item
            show(Progress(label, done, total, unit))


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show on a live terminal, while the block runs, that it is at work."""
    with stderr_console().status(text) if is_live(sys.stderr) else nullcontext():
        yield


def is_watched() -> bool:
    """Return whether somebody watches the messages but not the results, which go to a file or to a program."""
    return is_live(sys.stderr) and not sys.stdout.isatty()


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
