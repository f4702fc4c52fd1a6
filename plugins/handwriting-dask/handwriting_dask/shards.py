"""Shards: what one task reads, and one file of results holds. They are listed once, before anything is read.

    sources  ->  Shard(0, names=("digits/1.png", ...)), Shard(1, archive="shards/1.tar", start=0, count=1000), ...

The list is a file of lines of JSON: one may be read after the other, however many there are.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby, islice

from handwriting_dask.archives import Index
from handwriting_dask.sources import Archive, Found


@dataclass(frozen=True)
class Shard:
    """Some pictures: picture files with these `names`, or `count` pictures in an archive, from `start` on.

    If the archive can't be read further, `flaw` says why, and is a row of the results, too.
    """

    number: int
    names: tuple[str, ...] = ()
    archive: str | None = None
    identity: str = ""
    start: int = 0
    count: int = 0
    flaw: str | None = None

    @property
    def rows(self) -> int:
        """The number of rows that its results have."""
        return len(self.names) + self.count + (self.flaw is not None)


def shards(
    found: Iterable[Found], most: int, indexes: Callable[[Iterator[str]], Iterator[tuple[str, Index]]]
) -> Iterator[Shard]:
    """Yield the shards, of at most `most` pictures, of all that was found.

    `indexes` yields each of some archives with its index, in order.
    """
    for number, shard in enumerate(_shards(found, most, indexes)):
        yield replace(shard, number=number)


def to_line(shard: Shard) -> bytes:
    """Return a shard as a line of JSON, in ASCII: the names of files need not be UTF-8."""
    written = {name: value for name, value in asdict(shard).items() if value not in ((), None, "")}
    return json.dumps(written).encode() + b"\n"


def from_line(line: bytes) -> Shard:
    """Return what `to_line` has written."""
    written = json.loads(line)
    return Shard(**written | {"names": tuple(written.get("names", ()))})


def _shards(
    found: Iterable[Found], most: int, indexes: Callable[[Iterator[str]], Iterator[tuple[str, Index]]]
) -> Iterator[Shard]:
    for is_archive, group in groupby(found, lambda one: isinstance(one, Archive)):
        places = (one.place for one in group)
        if is_archive:
            for place, index in indexes(places):
                yield from _of_archive(place, index)
        else:
            while names := tuple(islice(places, most)):
                yield Shard(0, names)


def _of_archive(place: str, index: Index) -> Iterator[Shard]:
    """Yield the shards of an archive; its flaw belongs to the last one, or to one without pictures."""
    ranges = index.ranges or ([(0, 0)] if index.flaw else [])
    for position, (start, count) in enumerate(ranges, 1):
        flaw = index.flaw if position == len(ranges) else None
        yield Shard(0, archive=place, identity=index.identity, start=start, count=count, flaw=flaw)
