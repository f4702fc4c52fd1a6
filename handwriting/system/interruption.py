"""Interruptions: of short work at once, of long work at the next good moment, unless a second signal is impatient.

While hwr handles the signals itself, each interruption is an `Interrupted`, and a mere `KeyboardInterrupt` comes from
the code of a plugin that raises it.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

HANGUP: int | None = getattr(signal, "SIGHUP", None)  # not on Windows
"""The terminal is gone. A shell and the system both send this signal, so that the second one means no impatience."""
ENDING = tuple(number for number in (signal.SIGTERM, HANGUP) if number is not None)
"""Signals that end a program without an exception, unless they are handled."""
AGAIN_AFTER = 0.02
"""Seconds after which an interruption comes again that could not be raised."""


class Interrupted(KeyboardInterrupt):
    """A signal has interrupted the work, as Ctrl-C does; `number` is its number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def is_interruption(error: BaseException) -> bool:
    """Return whether a signal has raised an exception, rather than code that only looks as if it had been one."""
    return interruption_behind(error) is not None


def interruption_behind(error: BaseException) -> Interrupted | None:
    """Return the interruption that an exception is, or that has caused it, if any.

    Python makes a `RuntimeError` of it where a class was just being created, as during an import.
    """
    if interruption := next((cause for cause in causes(error) if isinstance(cause, Interrupted)), None):
        return interruption
    by_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return Interrupted(signal.SIGINT) if by_python and isinstance(error, KeyboardInterrupt) else None


def causes(error: BaseException, *, implicit: bool = False) -> list[BaseException]:
    """Return an exception and all that has caused it, each once, although one may be its own cause.

    What was being handled when it was raised counts as a cause only if `implicit` is true.
    """
    chain = [error]
    while (cause := chain[-1].__cause__ or (implicit and chain[-1].__context__)) and cause not in chain:
        chain.append(cause)
    return chain


def raise_on_signals() -> None:
    """Let Ctrl-C and the signals that would end this process raise `Interrupted`: files and terminals are tidied up.

    Where Python drops the exception it is raised again.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        raise Interrupted(number)

    for number in _heeded((signal.SIGINT, *ENDING)):
        signal.signal(number, handle)
    sys.unraisablehook = _interrupt_again


def _interrupt_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Let an interruption come again that Python has dropped, as it drops any exception in a finalizer."""
    if isinstance(unraisable.exc_value, Interrupted):
        timer = threading.Timer(AGAIN_AFTER, signal.raise_signal, [unraisable.exc_value.number])
        timer.daemon = True
        timer.start()
    else:
        sys.__unraisablehook__(unraisable)


class StopRequest:
    """Whether a signal has asked to stop; `number` is that of the first one, None before."""

    number: int | None = None

    def __call__(self) -> bool:
        """Return whether a signal has asked."""
        return self.number is not None


@contextmanager
def stop_on_signal(numbers: Sequence[int], notify: Callable[[], None]) -> Iterator[StopRequest]:
    """Handle these signals while the block runs: at the first, `notify` is called, the next raises `Interrupted`.

    A signal that this process ignores, as SIGHUP under nohup, is ignored still. Only the main thread can handle
    signals: in any other, this does nothing.
    """
    request = StopRequest()

    def handle(number: int, frame: FrameType | None) -> None:
        if not request():
            request.number = number
            notify()
        elif number != HANGUP:
            raise Interrupted(number)

    if threading.current_thread() is not threading.main_thread():
        numbers = ()
    before = {number: signal.signal(number, handle) for number in _heeded(numbers)}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded(numbers: Sequence[int]) -> list[int]:
    """Return the signals that this process does not ignore."""
    return [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
