"""A time limit for code that nobody here has written."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in the block when it takes longer than `seconds`.

    It rests on the alarm signal, so there is no limit outside of a process's main thread, nor on Windows, nor where
    somebody else has set an alarm; and code in another language is interrupted only when it returns to Python.
    """
    unavailable = not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread()
    if unavailable or signal.getitimer(signal.ITIMER_REAL)[0] > 0:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise TimeoutError(f"not done after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
