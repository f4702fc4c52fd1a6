"""Work divided among threads.

The threads of a `ThreadPool` sleep while they wait, and each of them calls BLAS with one thread (see blas.py). To wake
one takes some 50 microseconds, so small work is done in the calling thread.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeVar

import numpy as np

from handwriting.system import malloc
from handwriting.system.blas import one_blas_thread

Result = TypeVar("Result")


class ThreadPool:
    """`size` worker threads. A pool of size 1 runs everything in the calling thread."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size, initializer=self._mark_worker)
        self._thread = threading.local()

    def run(self, actions: Sequence[Callable[[], Result]]) -> list[Result]:
        """Run the actions in parallel; return their results in order, or raise the first of their errors.

        A worker of the pool that calls this runs the actions itself: if all workers waited for one another, none would
        be left to work.
        """
        if self.size == 1 or len(actions) < 2 or hasattr(self._thread, "is_worker"):
            return [action() for action in actions]
        tasks = [self._pool.submit(action) for action in actions]
        wait(tasks)
        return [task.result() for task in tasks]

    def shutdown(self) -> None:
        """End the threads when their work is done, without waiting for it."""
        self._pool.shutdown(wait=False)

    def _mark_worker(self) -> None:
        self._thread.is_worker = True


_current = ThreadPool(1)


def thread_pool() -> ThreadPool:
    """Return the pool to use: that of the innermost `use_threads` block, outside of any a pool of one thread."""
    return _current


@contextmanager
def use_threads(threads: int | None) -> Iterator[None]:
    """Give `thread_pool` that many threads within the block, and BLAS one; None means one for each processor."""
    global _current
    malloc.keep_freed_memory()
    with one_blas_thread():
        outer, _current = _current, ThreadPool(threads or usable_processors())
        try:
            yield
        finally:
            _current.shutdown()
            _current = outer


def usable_processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def slices(length: int, count: int) -> list[slice]:
    """Divide a sequence of `length` elements into `count` slices whose lengths differ by at most 1."""
    ends = np.linspace(0, length, count + 1).astype(int)
    return [slice(start, end) for start, end in pairwise(ends)]
