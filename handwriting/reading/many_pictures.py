"""Reads many pictures with several processes."""

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from itertools import chain, islice, takewhile
from pathlib import Path

from handwriting.reading.recognizer import CHUNK, Recognizer
from handwriting.reading.result import Reading
from handwriting.system import malloc
from handwriting.system.thread_pool import usable_processors
from handwriting.system.worker_processes import MAX_WORKERS, start_workers

MANY = 512
"""Pictures from which worker processes are worth the time that they take to start."""
CHUNKS_AHEAD = 2
"""Chunks for each worker that are submitted before the first of their readings is awaited."""


def read_all(recognizer: Recognizer, paths: Iterable[Path]) -> Generator[Reading]:
    """Yield what `recognizer.read` returns for each path, in order, a chunk as soon as it is read.

    Many pictures are read by worker processes. They import the main module of the program, which must therefore be
    guarded by `if __name__ == "__main__"`.
    """
    malloc.keep_freed_memory()  # the network's arrays are the same for each chunk
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
    with start_workers(workers, pickled) as pool:
        starts = [pool.submit(_read, []) for _ in range(workers)]
        while known and not all(start is None or start.done() for start in starts):
            yield from recognizer.read_each(known.popleft())
        remaining = chain(known, chunks)
        for chunk, readings in pool.map(_read, remaining, CHUNKS_AHEAD * workers):
            # Without readings the chunk is read here; if that fails, too, the user sees why.
            yield from recognizer.read_each(chunk) if readings is None else readings


def _read(recognizer: Recognizer, chunk: list[Path], is_stopped: Callable[[], bool]) -> list[Reading]:
    readings = recognizer.read_each(path for path in chunk if not is_stopped())
    return list(takewhile(lambda _: not is_stopped(), readings))
