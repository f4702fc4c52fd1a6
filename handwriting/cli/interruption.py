"""Ctrl-C, SIGTERM, a closed terminal: the first one asks to stop after the current batch, the second stops at once."""

import signal
from contextlib import AbstractContextManager

from handwriting.cli.exit_status import ExitStatus
from handwriting.cli.terminal.console import message
from handwriting.system import interruption
from handwriting.system.interruption import StopRequest


def stop_on_signal() -> AbstractContextManager[StopRequest]:
    """Handle SIGINT, SIGTERM and SIGHUP while the block runs."""
    return interruption.stop_on_signal((signal.SIGINT, *interruption.ENDING), _notify)


def status_of(request: StopRequest) -> ExitStatus:
    """Return the exit status that belongs to the signal that has asked to stop, DONE without one."""
    return ExitStatus.DONE if request.number is None else ExitStatus(128 + request.number)


def _notify() -> None:
    message("stopping after this batch; again to stop at once")
