"""Work shared out among threads.

Small work is left to BLAS, which cuts each matrix product into pieces for threads of its own: they wait by spinning, so
they are there within a microsecond. Large work is cut by a `Team` into pieces that go side by side in threads of ours,
which sleep while they wait; BLAS then uses one thread in each.

Two threads of BLAS are not always faster than one: where processors do not share a cache, or others use them, an epoch
of the default network took 0.55 s instead of 0.31 s, and 0.39 s with one thread. The number is not chosen by the clock
all the same, because OpenBLAS rounds differently with another number: the same seed would give other bits.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Task(Generic[Result]):
    """Something to do, and how it went."""

    def __init__(self, action: Callable[[], Result], done: "SimpleQueue[Task[Result]]") -> None:
        """Take the action; the task puts itself into `done` when it is."""
        self._action, self._done = action, done
        self._result: Result
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do it."""
        try:
            self._result = self._action()
        except BaseException as error:  # it belongs to whoever waits for the result
            self._error = error
        self._done.put(self)

    def result(self) -> Result:
        """Return what came of it, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._result


class Team:
    """`size` threads, of which the one that asks is the first; the others wait for work."""

    def __init__(self, size: int, blas: Sequence[Any] = ()) -> None:
        """Start the helpers; `blas` are threadpoolctl's handles of the libraries that compute matrix products."""
        self.size, self._blas = size, blas
        self._inbox: SimpleQueue[Task[object] | None] = SimpleQueue()
        self._helpers = [threading.Thread(target=self._help, daemon=True) for _ in range(size - 1)]
        for helper in self._helpers:
            helper.start()

    def run(self, actions: Sequence[Callable[[], Result]]) -> list[Result]:
        """Do all of it, side by side, and return the results in the order of the actions; raises what they raise."""
        if self.size == 1 or len(actions) < 2 or threading.current_thread() in self._helpers:
            return [action() for action in actions]
        done: SimpleQueue[Task[Result]] = SimpleQueue()
        tasks = [Task(action, done) for action in actions]
        with self._one_blas_thread_each():
            for task in tasks[1:]:
                self._inbox.put(task)  # type: ignore[arg-type]  # nobody but this call looks at its result
            tasks[0].run()
            self._take_part()
            for _ in tasks:
                done.get()
        return [task.result() for task in tasks]

    def end(self) -> None:
        """Send the helpers home."""
        for _ in self._helpers:
            self._inbox.put(None)

    @contextmanager
    def _one_blas_thread_each(self) -> Iterator[None]:
        for library in self._blas:
            library.set_num_threads(1)
        try:
            yield
        finally:
            for library in self._blas:
                library.set_num_threads(self.size)

    def _take_part(self) -> None:
        try:
            while task := self._inbox.get_nowait():
                task.run()
        except Empty:
            return

    def _help(self) -> None:
        while task := self._inbox.get():
            task.run()


_team = Team(1)


def team() -> Team:
    """Return the threads that may be used: one, outside of `limited`."""
    return _team


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Let `team`, and BLAS, have so many threads while the block runs; None: one for each processor."""
    import numpy as np  # noqa: F401  only a BLAS that is loaded can be limited
    from threadpoolctl import ThreadpoolController

    global _team
    size = threads or usable_processors()
    controller = ThreadpoolController().select(user_api="blas")
    with controller.limit(limits=size):
        before, _team = _team, Team(size, controller.lib_controllers)
        try:
            yield
        finally:
            _team.end()
            _team = before


def usable_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
