"""Ctrl-C and SIGTERM: the first one asks to stop after the current batch, the second one stops at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from handwriting.cli.exit_status import ExitStatus
from handwriting.cli.terminal.console import message


class StopRequest:
    """Whether a signal has asked to stop, and the exit status that belongs to it (DONE without one)."""

    status = ExitStatus.DONE

    def __call__(self) -> bool:
        """Return whether a signal has asked."""
        return self.status != ExitStatus.DONE


@contextmanager
def stop_on_signal() -> Iterator[StopRequest]:
    """Handle SIGINT and SIGTERM while the block runs."""
    request = StopRequest()

    def handle(number: int, frame: FrameType | None) -> None:
        if request():
            raise click.exceptions.Exit(ExitStatus(128 + number))
        request.status = ExitStatus(128 + number)
        message("stopping after this batch; again to stop at once")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
