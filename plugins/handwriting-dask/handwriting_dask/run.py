"""A run: from what the user asks for to the results of all pictures, or of the rest of them, as events.

Request  ->  Listed, ...  the pictures are listed, unless an earlier run has done that
         ->  State, ...   the shards are read of which there are no results yet
         ->  the summary
"""

import hashlib
import json
import os
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from handwriting.errors import HandwritingError
from handwriting.interfaces import Notice
from handwriting_dask import cluster, sources
from handwriting_dask.archives import Index
from handwriting_dask.places import is_url, shown
from handwriting_dask.reading import Job, Settings
from handwriting_dask.results import (
    MANIFEST,
    MODEL,
    NOTES,
    SHARDS,
    SUMMARY,
    Manifest,
    check_same,
    listed,
    manifest_of,
    parts_done,
)
from handwriting_dask.rows import Counts
from handwriting_dask.shards import shards, to_line
from handwriting_dask.store import Store, store_at
from handwriting_dask.tasks import Tasks


@dataclass(frozen=True)
class Request:
    """What the user asks for: which pictures are read by which model, how, by whom, and the place of the results.

    `scheduler` is the address of a Dask scheduler; without it, there are `workers` processes on this machine.
    """

    sources: tuple[str, ...]
    place: str
    model_name: str
    model: bytes
    settings: Settings
    shard_size: int
    scheduler: str | None
    workers: int | None


@dataclass(frozen=True)
class Listed:
    """How many pictures have been found until now."""

    pictures: int


@dataclass(frozen=True)
class State:
    """What has become of the pictures, of `total` in all; `before` counts those that an earlier run has read."""

    counts: Counts
    total: int
    before: int


Event: TypeAlias = Listed | State | Notice


def run(request: Request) -> Generator[Event]:
    """Read all pictures of which there are no results yet, and yield the progress.

    Raises `HandwritingError` if that is impossible. What is read until then is kept.
    """
    sources.check(request.sources)
    store, begun = store_at(request.place), _begun(request)
    manifest = manifest_of(store)
    if manifest:
        check_same(request.place, manifest.begun, begun)
    done = parts_done(store) if manifest else {}
    if manifest and len(done) == manifest.shards:
        counts = sum(done.values(), Counts())
        yield State(counts, manifest.pictures, counts.pictures)
    else:
        store.remove(SUMMARY)
        counts = yield from _run_on_cluster(request, store, manifest, done)
    notes = [name for name in store.names() if name.startswith(NOTES)]  # of workers killed after they had written
    store.remove(*notes)
    store.write(SUMMARY, json.dumps(asdict(counts)).encode())


def _begun(request: Request) -> dict[str, Any]:
    """Return what results are begun with, and have to be gone on with, by the names that the user knows."""
    settings = request.settings
    return {
        "the model": f"{request.model_name} ({_digest(request)[:12]})",
        "--min-confidence": settings.min_confidence,
        "--invert": settings.invert,
        "--single or --lines:": settings.expected,
        "--separators": settings.separators,
        "--shard-size": request.shard_size,
        "the pictures": [shown(place) if is_url(place) else os.path.abspath(place) for place in request.sources],
        "the versions": cluster.versions(),
    }


def _digest(request: Request) -> str:
    return hashlib.sha256(request.model).hexdigest()


def _run_on_cluster(
    request: Request, store: Store, manifest: Manifest | None, done: dict[int, Counts]
) -> Generator[Event, None, Counts]:
    """Yield the progress, and return what became of all pictures; `done` are the results that are there already."""
    job = Job(request.place, os.getcwd(), _digest(request), request.settings)
    with cluster.connected(request.scheduler, request.workers) as client:
        if not cluster.has_workers(client):
            yield Notice(f"the scheduler at {request.scheduler} has no workers yet: waiting for them")
            cluster.wait_for_worker(client)
        if manifest is None:
            store.write(MODEL, request.model)
        cluster.check_workers(client, job)
        tasks = Tasks(client)
        if manifest is None:
            manifest = yield from _list(request, store, tasks)
        before = counts = sum(done.values(), Counts())
        yield State(counts, manifest.pictures, before.pictures)
        for more in tasks.results(job, (shard for shard in listed(store) if shard.number not in done)):
            counts += more
            yield State(counts, manifest.pictures, before.pictures)
    return counts


def _list(request: Request, store: Store, tasks: Tasks) -> Generator[Event, None, Manifest]:
    """Write the list of shards and then the manifest; raises `HandwritingError` if there are no pictures."""

    def indexes(places: Iterable[str]) -> Iterator[tuple[str, Index]]:
        return tasks.indexes(places, os.getcwd(), request.shard_size)

    number, rows, flaws = 0, 0, list[str]()
    with store.writing(SHARDS) as file:
        for shard in shards(sources.found(request.sources), request.shard_size, indexes):
            file.write(to_line(shard))
            number, rows = number + 1, rows + shard.rows
            if shard.flaw:
                flaws.append(f"{shown(shard.archive or '')}: {shard.flaw}")
            yield Listed(rows)
        if rows == len(flaws):
            raise HandwritingError(flaws[0] if flaws else _no_pictures(request.sources))
    yield from map(Notice, flaws)
    manifest = Manifest(_begun(request), number, rows)
    store.write(MANIFEST, manifest.to_json())
    return manifest


def _no_pictures(places: tuple[str, ...]) -> str:
    return (
        f"there are no pictures in {' '.join(map(shown, places))}: their names end in .png, .jpg or the like; name "
        "archives in a folder themselves, as in 'folder/*.tar'"
    )
