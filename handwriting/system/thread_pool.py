"""Work divided among threads.

Small work is left to BLAS, which divides each matrix product among threads of its own; these spin while they wait, so
they start within a microsecond. Large work is divided by a `ThreadPool`, whose threads sleep while they wait; BLAS then
uses one thread in each of them.

More threads of BLAS are not always faster, but their number is not chosen by measurement: OpenBLAS rounds differently
with another number, so that the same seed would give other bits.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from handwriting.system import malloc

Result = TypeVar("Result")


class ThreadPool:
    """`size` worker threads. A pool of size 1 runs everything in the calling thread."""

    def __init__(self, size: int, blas: Sequence[Any] = ()) -> None:
        """Create a pool; `blas` are threadpoolctl's controllers of the BLAS libraries."""
        self.size, self._blas = size, blas
        self._pool = ThreadPoolExecutor(size, initializer=self._mark_worker)
        self._thread = threading.local()

    def run(self, actions: Sequence[Callable[[], Result]]) -> list[Result]:
        """Run the actions in parallel; return their results in order, or raise the first of their errors.

        A worker of the pool that calls this runs the actions itself: if all workers waited for one another, none would
        be left to work.
        """
        if self.size == 1 or len(actions) < 2 or hasattr(self._thread, "is_worker"):
            return [action() for action in actions]
        with self._one_blas_thread_each():
            tasks = [self._pool.submit(action) for action in actions]
            wait(tasks)
        return [task.result() for task in tasks]

    def shutdown(self) -> None:
        """End the threads when their work is done, without waiting for it."""
        self._pool.shutdown(wait=False)

    def _mark_worker(self) -> None:
        self._thread.is_worker = True

    @contextmanager
    def _one_blas_thread_each(self) -> Iterator[None]:
        for library in self._blas:
            library.set_num_threads(1)
        try:
            yield
        finally:
            for library in self._blas:
                library.set_num_threads(self.size)


_current = ThreadPool(1)


def thread_pool() -> ThreadPool:
    """Return the pool to use: that of the innermost `use_threads` block, outside of any a pool of one thread."""
    return _current


@contextmanager
def use_threads(threads: int | None) -> Iterator[None]:
    """Give `thread_pool` and BLAS that many threads within the block; None means one for each processor."""
    from threadpoolctl import ThreadpoolController

    global _current
    malloc.keep_freed_memory()
    size = threads or usable_processors()
    controller = ThreadpoolController().select(user_api="blas")
    with controller.limit(limits=size):
        outer, _current = _current, ThreadPool(size, controller.lib_controllers)
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
