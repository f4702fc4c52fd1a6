"""Work shared out among threads.

Small work is left to BLAS, which divides each matrix product among threads of its own: they spin while they wait, so
they start within a microsecond. Large work is divided by a `ThreadPool` of ours, whose threads sleep while they wait;
BLAS then uses one thread in each of them.

Two threads of BLAS are not always faster than one: where processors do not share a cache, or others use them, an epoch
of the default network took 0.55 s instead of 0.31 s, and 0.39 s with one thread. The number is not chosen by the clock
all the same, because OpenBLAS rounds differently with another number: the same seed would give other bits.
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
    """`size` threads that wait for work; a team of one is whoever asks."""

    def __init__(self, size: int, blas: Sequence[Any] = ()) -> None:
        """Get ready; `blas` are threadpoolctl's handles of the libraries that compute matrix products."""
        self.size, self._blas = size, blas
        self._pool = ThreadPoolExecutor(size, initializer=self._join)
        self._membership = threading.local()

    def run(self, actions: Sequence[Callable[[], Result]]) -> list[Result]:
        """Do all of it, side by side, and return the results in the order of the actions; raises what they raise.

        What a member asks for it does itself: if all of them waited for others, nobody would do anything.
        """
        if self.size == 1 or len(actions) < 2 or hasattr(self._membership, "joined"):
            return [action() for action in actions]
        with self._one_blas_thread_each():
            tasks = [self._pool.submit(action) for action in actions]
            wait(tasks)
        return [task.result() for task in tasks]

    def end(self) -> None:
        """Send the threads home."""
        self._pool.shutdown(wait=False)

    def _join(self) -> None:
        self._membership.joined = True

    @contextmanager
    def _one_blas_thread_each(self) -> Iterator[None]:
        for library in self._blas:
            library.set_num_threads(1)
        try:
            yield
        finally:
            for library in self._blas:
                library.set_num_threads(self.size)


_team = ThreadPool(1)


def thread_pool() -> ThreadPool:
    """Return the threads that may be used: one, outside of `use_threads`."""
    return _team


@contextmanager
def use_threads(threads: int | None) -> Iterator[None]:
    """Let `thread_pool`, and BLAS, have so many threads while the block runs; None: one for each processor."""
    from threadpoolctl import ThreadpoolController

    global _team
    malloc.keep()
    size = threads or usable_processors()
    controller = ThreadpoolController().select(user_api="blas")
    with controller.limit(limits=size):
        before, _team = _team, ThreadPool(size, controller.lib_controllers)
        try:
            yield
        finally:
            _team.end()
            _team = before


def usable_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def slices(length: int, count: int) -> list[slice]:
    """Cut `length` places into `count` stretches that differ by at most one place."""
    ends = np.linspace(0, length, count + 1).astype(int)
    return [slice(start, end) for start, end in pairwise(ends)]
