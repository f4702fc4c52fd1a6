"""Worker processes: they do jobs with a shared object, one argument after the other.

Threads would wait for each other where most of the time is spent in Python itself. Workers import the main module of
the program, which must therefore be guarded by `if __name__ == "__main__"`.

    with start_workers(2, network) as workers:
        for argument, result in workers.map(job, arguments, ahead=4):
            ...                             # what job(network, argument, is_stopped) returns
"""

import concurrent.futures
import os
import pickle
import signal
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager, suppress
from itertools import islice
from threading import Thread
from typing import Any, TypeAlias, TypeVar

from handwriting.system import malloc

Result = TypeVar("Result")
Job: TypeAlias = Callable[[Any, Any, Callable[[], bool]], Result]
"""A function of a module: of the shared object, an argument, and a function that tells whether it is to stop early."""

MAX_WORKERS = 8
"""Each takes some memory, since it loads NumPy, SciPy and the shared object."""


class Workers:
    """Processes that hold a copy of one object."""

    def __init__(self, pool: "concurrent.futures.ProcessPoolExecutor") -> None:
        self._pool = pool

    def submit(self, job: Job[Result], argument: Any) -> Future[Result] | None:
        """Let a worker call `job` with an argument; return None if one has crashed, which ends all of them."""
        try:
            with terminal_ignored():
                return self._pool.submit(_call, job, argument)
        except BrokenExecutor:
            return None

    def map(self, job: Job[Result], arguments: Iterable[Any], ahead: int) -> Iterator[tuple[Any, Result | None]]:
        """Yield each argument with its result, in order; None if a worker crashed or failed.

        Of the arguments, `ahead` are submitted before the first result is awaited.
        """
        rest = iter(arguments)
        submitted = deque((argument, self.submit(job, argument)) for argument in islice(rest, ahead))
        while submitted:
            argument, future = submitted.popleft()
            done = _result(future)
            submitted.extend((argument, self.submit(job, argument)) for argument in islice(rest, 1))
            yield argument, done


def _result(future: Future[Result] | None) -> Result | None:
    try:
        return future.result() if future else None
    except Exception:
        return None


@contextmanager
def start_workers(count: int, pickled: bytes) -> Iterator[Workers]:
    """Provide worker processes with a pickled object; at the end of the block they are told to stop, and exit."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")  # a fork would copy BLAS without its threads
    shared: Any = context.RawArray("c", len(pickled))  # to send it to one worker after the other would take longer
    shared.raw = pickled
    stop = context.RawValue("b")
    with terminal_ignored():  # by multiprocessing's own process, which keeps account of semaphores
        pool = concurrent.futures.ProcessPoolExecutor(count, context, _start, (shared, stop))
    try:
        yield Workers(pool)
    finally:
        stop.value = True
        pool.shutdown(cancel_futures=True)


@contextmanager
def terminal_ignored() -> Iterator[None]:
    """Let processes that are started in the block ignore Ctrl-C and a closed terminal, from their first moment on.

    The terminal sends its signals to all processes; this one ends the others in order.
    """
    set_mask: Any = getattr(signal, "pthread_sigmask", None)  # not on Windows
    previous = set_mask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP}) if set_mask else None
    try:
        yield
    finally:
        if set_mask:
            set_mask(signal.SIG_SETMASK, previous)


_shared: Any
_stop: Any


def _start(shared: Any, stop: Any) -> None:
    """Prepare a worker process to work with the pickled object in `shared`, until `stop` is true."""
    import multiprocessing

    import scipy.ndimage  # noqa: F401  loads a BLAS of its own, which is limited below
    from threadpoolctl import threadpool_limits

    global _shared, _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout = sys.stderr  # results are written by the calling process; only code of plugins prints here
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    Thread(target=_exit_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    malloc.keep_freed_memory()
    threadpool_limits(1, "blas")
    with suppress(Exception):  # then every call fails, and the calling process does the work
        _shared = pickle.loads(shared.raw)


def _exit_with(parent: Any) -> None:
    """End this process when its parent ends, even if that is killed."""
    parent.join()
    os._exit(1)


def _call(job: Job[Result], argument: Any) -> Result:
    return job(_shared, argument, lambda: bool(_stop.value))
