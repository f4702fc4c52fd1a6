"""Tasks on the cluster: a few for each worker at a time, so that neither the scheduler nor this process fills up.

indexes   of archives, in order
results   of shards, as they come; a shard with which workers have died is tried again (see attempts.py)
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from handwriting.errors import HandwritingError
from handwriting_dask import archives
from handwriting_dask.archives import Index
from handwriting_dask.attempts import deaths
from handwriting_dask.places import shown
from handwriting_dask.reading import Job, read_shard
from handwriting_dask.results import note_name
from handwriting_dask.rows import Counts
from handwriting_dask.shards import Shard
from handwriting_dask.store import Store, store_at

if TYPE_CHECKING:
    from distributed import Client, Future

TASKS_AHEAD = 3
"""Tasks for each thread of a worker that are submitted at a time: when one is done, the next is there already."""
RETRIES = 2
"""How often a task is tried again that raises an error, such as one of the network."""
RECOUNT_AFTER = 5.0
"""Seconds after which the threads of workers are counted again: workers come and go."""
MOST_TRIES = 3
"""How often a shard is submitted with which workers die, beside once for each picture that is found to be to blame."""


class Tasks:
    """The tasks that a client submits."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._counted_at, self._most = float("-inf"), 0

    def indexes(self, places: Iterable[str], folder: str, most: int) -> Iterator[tuple[str, Index]]:
        """Yield each archive with its index, in order; raises `HandwritingError` if one can't be reached."""
        submitted: deque[tuple[str, Future]] = deque()
        for place in places:
            submitted.append((place, self._submit(archives.index, place, folder, most)))
            if len(submitted) >= self._most_submitted():
                yield _indexed(*submitted.popleft())
        while submitted:
            yield _indexed(*submitted.popleft())

    def results(self, job: Job, shards: Iterable[Shard]) -> Iterator[Counts]:
        """Yield what became of the pictures of each shard, in any order, when its results are written.

        Raises `HandwritingError` if they can't be.
        """
        from distributed import KilledWorker, as_completed

        rest, killed = iter(shards), Counter[int]()
        reading: dict[Future, Shard] = {}
        completed = as_completed(loop=self._client.loop)

        def submit(shard: Shard) -> None:
            future = self._submit(read_shard, job, shard)
            reading[future] = shard
            completed.add(future)

        try:
            while True:
                while len(reading) < self._most_submitted() and (shard := next(rest, None)):
                    submit(shard)
                if not reading:
                    return
                future = next(completed)
                try:
                    counts: Counts = _result(future)
                except KilledWorker:
                    shard = reading.pop(future)
                    killed[shard.number] += 1
                    _check_hope(store_at(job.place), shard, killed[shard.number])
                    submit(shard)
                else:
                    del reading[future]
                    yield counts
        finally:
            self._give_up(store_at(job.place), reading)

    def _give_up(self, store: Store, reading: "dict[Future, Shard]") -> None:
        """Cancel the tasks of shards, and remove the notes that they are being read: nobody has died."""
        self._client.cancel(list(reading))
        store.remove(*(note_name(shard.number) for shard in reading.values()))

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> "Future":
        return self._client.submit(function, *arguments, pure=False, retries=RETRIES)

    def _most_submitted(self) -> int:
        if time.monotonic() - self._counted_at > RECOUNT_AFTER:
            threads = sum(self._client.nthreads().values())
            self._counted_at, self._most = time.monotonic(), TASKS_AHEAD * max(threads, 1)
        return self._most


def _indexed(place: str, future: "Future") -> tuple[str, Index]:
    from distributed import KilledWorker

    try:
        index: Index = _result(future)
    except KilledWorker as error:
        raise HandwritingError(
            f"workers die when they list {shown(place)}: leave it out, or give them memory"
        ) from error
    return place, index


def _result(future: "Future") -> Any:
    """Return the result of a task; raises what it raised."""
    from concurrent.futures import CancelledError

    try:
        return future.result()
    except CancelledError as error:
        raise HandwritingError(
            "the scheduler is gone, or the work was cancelled there; what is read is kept: start a scheduler, and give "
            "the same command again, to go on"
        ) from error


def _check_hope(store: Store, shard: Shard, times: int) -> None:
    """Raise `HandwritingError` if workers die with a shard, but not with one of its pictures."""
    if times > MOST_TRIES + deaths(store, note_name(shard.number)):
        first = shown(shard.archive or shard.names[0])
        raise HandwritingError(
            f"workers die again and again with shard {shard.number}, which begins at {first}, before they read a "
            "picture of it: give them more memory, and give the same command again, to go on"
        )
