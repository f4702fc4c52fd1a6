"""What a worker does with a shard: it reads the pictures and writes their rows, whole, under a name of their own.

Whoever reads a shard again, since the first worker was thought to be dead, writes the same file: no row is doubled.
"""

import functools
import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from handwriting.errors import HandwritingError
from handwriting.pictures.ink import Invert
from handwriting.reading.choice import Expected
from handwriting.system.text import cause_of
from handwriting_dask import archives, files
from handwriting_dask.attempts import MOST_DEATHS, Attempt
from handwriting_dask.places import shown
from handwriting_dask.results import MODEL, counts_of, note_name, part_name
from handwriting_dask.rows import Counts, Row, counts, failed_row, row, to_parquet
from handwriting_dask.shards import Shard
from handwriting_dask.store import store_at
from handwriting_dask.unread import Unread

if TYPE_CHECKING:
    from handwriting.reading.recognizer import Recognizer

MOST_BYTES = 64_000_000
"""Bytes of the pictures that are in memory at once, unless a single one is larger."""
KILLS = f"not read: {MOST_DEATHS} workers have died with this picture"

_one_shard_at_a_time = threading.Lock()
"""Held while a shard is read, in a worker with several threads: if it dies, it is known with which picture."""


@dataclass(frozen=True)
class Settings:
    """How pictures are read: the settings of a `handwriting.Recognizer`."""

    min_confidence: float = 0.0
    invert: Invert = "auto"
    expected: Expected = "auto"
    separators: bool = False


@dataclass(frozen=True)
class Job:
    """What all shards have in common: the place of the results, the folder of relative paths, and how to read.

    `model` is the SHA-256 of the model file that lies with the results.
    """

    place: str
    folder: str
    model: str
    settings: Settings


def read_shard(job: Job, shard: Shard) -> Counts:
    """Read a shard and write its results, unless they are there already; return what became of the pictures."""
    store, part = store_at(job.place), part_name(shard.number)
    with _one_shard_at_a_time:
        if known := counts_of(store, part):
            return known
        attempt = Attempt(store, note_name(shard.number))
        archive = shown(shard.archive) if shard.archive else None
        rows = list(_rows(recognizer_of(job), _pictures(job, shard), attempt, archive))
        if shard.flaw:
            rows.append(failed_row(None, f"{archive}: {shard.flaw}", archive))
        store.write(part, to_parquet(rows))
        attempt.end()
    return counts(rows)


@functools.lru_cache(maxsize=1)
def recognizer_of(job: Job) -> "Recognizer":
    """Return the recognizer of a job, loaded once in a process.

    Raises `HandwritingError` if the model file is not to be found where the results are, or can't be used here.
    """
    from handwriting.models import model_file
    from handwriting.reading.recognizer import Recognizer
    from handwriting.system import malloc

    malloc.keep_freed_memory()  # as `hwr predict` does: a third of the time went into fetching it again
    content = store_at(job.place).find(MODEL)
    if content is None or hashlib.sha256(content).hexdigest() != job.model:
        raise HandwritingError(
            f"{shown(job.place)} is another place for a worker: choose one with -o that all workers share, such as a "
            "folder on a network drive, or s3://BUCKET/FOLDER"
        )
    return Recognizer(model_file.from_content(content), **asdict(job.settings))


def _pictures(job: Job, shard: Shard) -> Iterator[Unread]:
    if shard.archive:
        return archives.members(shard.archive, job.folder, shard.identity, shard.start, shard.count)
    return files.files(shard.names, job.folder)


def _rows(recognizer: "Recognizer", pictures: Iterator[Unread], attempt: Attempt, archive: str | None) -> Iterator[Row]:
    """Yield a row for each picture: read together if this is the first attempt, else one after the other."""
    if attempt.is_first:
        for batch in _batches(pictures):
            yield from _read_together(recognizer, batch, archive)
        return
    for position, picture in enumerate(pictures):
        if attempt.is_to_blame(position):
            yield failed_row(picture.name, f"{picture.name}: {KILLS}", archive)
        else:
            attempt.begin(position)
            yield _read_alone(recognizer, picture, archive)


def _batches(pictures: Iterable[Unread]) -> Iterator[list[Unread]]:
    """Yield the pictures in lists of as many as are read together, or of fewer if they are large."""
    from handwriting.reading.recognizer import CHUNK

    batch: list[Unread] = []
    for picture in pictures:
        batch.append(picture)
        if len(batch) == CHUNK or sum(one.size for one in batch) > MOST_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _read_together(recognizer: "Recognizer", pictures: Sequence[Unread], archive: str | None) -> list[Row]:
    try:
        readings = iter(recognizer.read_several([one.source() for one in pictures if one.flaw is None]))
    except HandwritingError:
        raise  # it is the model's fault
    except Exception:  # one of the pictures is more than the recognizer can bear: which one is found out
        return [_read_alone(recognizer, picture, archive) for picture in pictures]
    return [_flawed(one, archive) if one.flaw else _named(row(next(readings), archive), one) for one in pictures]


def _read_alone(recognizer: "Recognizer", picture: Unread, archive: str | None) -> Row:
    if picture.flaw:
        return _flawed(picture, archive)
    try:
        return _named(row(recognizer.read(picture.source()), archive), picture)
    except HandwritingError:
        raise
    except Exception as error:
        return failed_row(picture.name, f"{picture.name}: it can't be read ({cause_of(error)})", archive)


def _flawed(picture: Unread, archive: str | None) -> Row:
    return failed_row(picture.name, f"{picture.name}: {picture.flaw}", archive)


def _named(row: Row, picture: Unread) -> Row:
    """Return a row whose path is as the user gave it, instead of that on the worker."""
    opened, reason = row["path"], row["reason"]
    if reason and reason.startswith(f"{opened}: "):
        reason = picture.name + reason.removeprefix(opened)
    return row | {"path": picture.name, "reason": reason}
