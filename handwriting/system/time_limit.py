"""A time limit for calls into plugins, whose code may never return."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in the block if it takes longer than `seconds`.

    The limit uses the alarm signal. It has no effect outside the main thread, on Windows, or while another alarm is
    set; and it interrupts code written in another language only when that returns to Python.
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
