"""BLAS, the library that computes NumPy's matrix products, in one thread.

By default it divides each product among threads of its own, which spin while they wait for the next one. Where others
use the processors too, a spinning thread takes the time that a working one needs, and small networks become several
times slower. So within hwr BLAS uses one thread, and large work is divided by a `ThreadPool`, whose threads sleep.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread within the block or the decorated function, and as many as before afterwards.

    The number is that of the whole process. Within a block, a further one changes nothing: if each restored the number
    that it found, threads that leave in another order than they entered would leave BLAS at one thread for good.
    """
    if not _limiting.acquire(blocking=False):
        yield
        return
    try:
        with _libraries().limit(limits=1):
            yield
    finally:
        _limiting.release()


_limiting = threading.Lock()
"""Held by the block that has set the number and will restore it."""


@cache
def _libraries() -> "ThreadpoolController":
    """Return what controls the BLAS of NumPy; to find it takes longer than to set its number of threads."""
    import numpy as np  # noqa: F401  loads it
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
