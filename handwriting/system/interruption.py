"""Interruptions of long work: the first signal asks to stop at the next good moment, the second one stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether a signal has asked to stop; `number` is that of the first one, None before."""

    number: int | None = None

    def __call__(self) -> bool:
        """Return whether a signal has asked."""
        return self.number is not None


@contextmanager
def stop_on_signal(
    numbers: Sequence[int], notify: Callable[[], None], stop_at_once: Callable[[int], None]
) -> Iterator[StopRequest]:
    """Handle these signals while the block runs: at the first, `notify` is called, at the next, `stop_at_once`.

    The latter takes the number of the signal and raises an exception. Only the main thread can handle signals: in any
    other, this does nothing.
    """
    request = StopRequest()

    def handle(number: int, frame: FrameType | None) -> None:
        if request():
            stop_at_once(number)
        request.number = number
        notify()

    if threading.current_thread() is not threading.main_thread():
        numbers = ()
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
