"""Archives of pictures, tar and zip files: into which ranges they are divided, and the pictures of one range.

index("shards/1.tar")           ->  Index([(0, 1000), (1_024_000, 417)], flaw=None, ...)
members("shards/1.tar", 0, 1000)  ->  Unread("7/12.png", content), ...
"""

import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

from handwriting.errors import HandwritingError
from handwriting_dask import tar_files, zip_files
from handwriting_dask.members import Range
from handwriting_dask.places import file_system, identity, reaching, shown
from handwriting_dask.unread import Unread

ZIP = ".zip"


@dataclass(frozen=True)
class Index:
    """The ranges of pictures in an archive; `flaw` is why it can't be read to its end, None if it can.

    `identity` tells whether it is still the same file later.
    """

    ranges: list[Range]
    flaw: str | None
    identity: str


def is_archive(name: str) -> bool:
    """Return whether a file is an archive, by its name."""
    return name.lower().endswith((ZIP, *tar_files.COMPRESSIONS))


def index(place: str, folder: str, most: int) -> Index:
    """Return the ranges, of at most `most` pictures each; raises `HandwritingError` if the file can't be reached."""
    system, path = file_system(place, folder)
    with reaching(place):
        identified = identity(system, path)
        with _opened(system, path) as file:
            ranges, flaw = (zip_files if _is_zip(path) else tar_files).index(file, most)
    return Index(ranges, flaw and _described(flaw, sum(count for _, count in ranges)), identified)


def members(place: str, folder: str, identified: str, start: int, count: int) -> Iterator[Unread]:
    """Yield the `count` pictures of a range.

    Raises `HandwritingError` if the archive has changed since it had the identity `identified`, or can't be reached.
    """
    remaining = count
    with reaching(place):
        for member in _members(place, folder, identified, start, count):
            remaining -= 1
            yield member
    if remaining:
        raise _changed(place)


def _members(place: str, folder: str, identified: str, start: int, count: int) -> Iterator[Unread]:
    if not count:
        return  # nothing in it can be read
    system, path = file_system(place, folder)
    if identity(system, path) != identified:
        raise _changed(place)
    if _is_zip(path):
        archive, listed = _zip(place, folder, identified)
        yield from zip_files.members(archive, listed[start : start + count])
    else:
        with _opened(system, path) as file:
            yield from tar_files.members(file, start, count)


def _described(flaw: str, before: int) -> str:
    """Return a flaw that is met after a number of pictures, in words."""
    where = f"it is damaged or cut off after {before:,} pictures" if before else "it is no archive, or damaged"
    return f"{where} ({flaw})"


def _changed(place: str) -> HandwritingError:
    return HandwritingError(f"{shown(place)} has changed since it was listed: choose another place with -o")


def _is_zip(path: str) -> bool:
    return path.lower().endswith(ZIP)


def _opened(system: Any, path: str) -> AbstractContextManager[BinaryIO]:
    """Open an archive; what is read of a compressed tar file is decompressed."""
    suffixes = [suffix for suffix in tar_files.COMPRESSIONS if path.lower().endswith(suffix)]
    compression = tar_files.COMPRESSIONS[suffixes[0]] if suffixes else None
    opened: AbstractContextManager[BinaryIO] = system.open(path, "rb", compression=compression)
    return opened


@lru_cache(maxsize=1)
def _zip(place: str, folder: str, identified: str) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """Return an open zip file and its pictures: to read their list for each range would take longer than the range."""
    system, path = file_system(place, folder)
    archive = zipfile.ZipFile(system.open(path, "rb"))
    return archive, zip_files.pictures(archive)
