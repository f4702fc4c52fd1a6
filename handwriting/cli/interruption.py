"""Ctrl-C and a polite kill: the first one asks to stop at the next good moment, the second one stops at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from handwriting.cli.console import say


class Stop:
    """Whether somebody asked to stop, and with which signal."""

    signal: int | None = None

    def __call__(self) -> bool:
        """Return whether somebody asked."""
        return self.signal is not None

    @property
    def status(self) -> int:
        """The exit status by which a shell knows what happened: 130 for Ctrl-C, 143 for a kill, else 0."""
        return 128 + self.signal if self.signal else 0


@contextmanager
def stopping() -> Iterator[Stop]:
    """Catch SIGINT and SIGTERM while the block runs."""
    stop = Stop()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop():
            raise click.exceptions.Exit(128 + number)
        stop.signal = number
        say("stopping after this batch; again to stop at once")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
