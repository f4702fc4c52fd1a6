"""Reads many pictures with several processes.

Threads would wait for each other: most of the time that a small picture takes is spent in Python itself.
"""

import concurrent.futures
import os
import pickle
import signal
import sys
import warnings
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager, suppress
from itertools import chain, islice, takewhile
from pathlib import Path
from threading import Thread
from typing import Any

from handwriting.reading.recognizer import CHUNK, Recognizer
from handwriting.reading.result import Reading
from handwriting.system import malloc
from handwriting.system.thread_pool import usable_processors

MANY = 512
"""Pictures from which worker processes are worth the time that they take to start."""
MAX_WORKERS = 8
"""Each takes some memory, since it loads NumPy, SciPy and the model."""
CHUNKS_AHEAD = 2
"""Chunks for each worker that are submitted before the first of their readings is awaited."""


def read_all(recognizer: Recognizer, paths: Iterable[Path]) -> Generator[Reading]:
    """Yield what `recognizer.read` returns for each path, in order, a chunk as soon as it is read.

    Many pictures are read by worker processes. They import the main module of the program, which must therefore be
    guarded by `if __name__ == "__main__"`.
    """
    rest = iter(paths)
    # Whoever reads a chunk reads all of it: rounding depends on which pictures are read together.
    chunks = iter(lambda: list(islice(rest, CHUNK)), [])
    known = deque(islice(chunks, MANY // CHUNK))
    workers = min(usable_processors(), MAX_WORKERS) if len(known) == MANY // CHUNK else 1
    pickled = None
    if workers > 1:
        with suppress(Exception):  # a plugin's layer may hold anything, and raise anything when it is pickled
            pickled = pickle.dumps(recognizer)
    if pickled is None:
        for chunk in chain(known, chunks):
            yield from recognizer.read_each(chunk)
        return
    with _worker_pool(workers, pickled) as pool:
        starts = [_submit(pool, []) for _ in range(workers)]
        while known and not all(start is None or start.done() for start in starts):
            yield from recognizer.read_each(known.popleft())
        remaining = chain(known, chunks)
        submitted = deque((chunk, _submit(pool, chunk)) for chunk in islice(remaining, CHUNKS_AHEAD * workers))
        while submitted:
            chunk, future = submitted.popleft()
            readings = _result(future)  # without them the chunk is read here; if that fails, too, the user sees why
            submitted.extend((chunk, _submit(pool, chunk)) for chunk in islice(remaining, 1))
            yield from recognizer.read_each(chunk) if readings is None else readings


@contextmanager
def _worker_pool(workers: int, pickled: bytes) -> "Iterator[concurrent.futures.ProcessPoolExecutor]":
    """Provide worker processes; at the end of the block they finish the picture they are at, and exit."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")  # a fork would copy BLAS without its threads
    shared: Any = context.RawArray("c", len(pickled))  # to send it to one worker after the other would take longer
    shared.raw = pickled
    stop = context.RawValue("b")
    with _terminal_ignored():  # by multiprocessing's own process, which keeps account of semaphores
        pool = concurrent.futures.ProcessPoolExecutor(workers, context, _start_worker, (shared, stop))
    try:
        yield pool
    finally:
        stop.value = True
        pool.shutdown(cancel_futures=True)


def _submit(pool: "concurrent.futures.ProcessPoolExecutor", chunk: list[Path]) -> Future[list[Reading]] | None:
    """Let a worker read a chunk; return None if one has crashed, which breaks the pool."""
    try:
        with _terminal_ignored():
            return pool.submit(_read, chunk)
    except BrokenExecutor:
        return None


@contextmanager
def _terminal_ignored() -> Iterator[None]:
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


def _result(future: Future[list[Reading]] | None) -> list[Reading] | None:
    """Return the readings of a chunk, or None if a worker crashed or failed."""
    try:
        return future.result() if future else None
    except Exception:
        return None


_recognizer: Recognizer
_stop: Any


def _start_worker(shared: Any, stop: Any) -> None:
    """Prepare a worker process to read pictures with the pickled recognizer in `shared`, until `stop` is true."""
    import multiprocessing

    import scipy.ndimage  # noqa: F401  loads a BLAS of its own, which is limited below
    from threadpoolctl import threadpool_limits

    global _recognizer, _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    Thread(target=_exit_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    malloc.keep_freed_memory()
    threadpool_limits(1, "blas")
    with suppress(Exception):  # then `_read` fails, and the calling process reads
        _recognizer = pickle.loads(shared.raw)


def _exit_with(parent: Any) -> None:
    """End this process when its parent ends, even if that is killed."""
    parent.join()
    os._exit(1)


def _read(chunk: list[Path]) -> list[Reading]:
    readings = _recognizer.read_each(path for path in chunk if not _stop.value)
    return list(takewhile(lambda _: not _stop.value, readings))
