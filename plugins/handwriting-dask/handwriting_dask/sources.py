"""What the user names as SOURCE: each becomes an archive of pictures, or a sequence of picture files, in order.

    "digits", "shards/*.tar", "s3://bucket/prefix"  ->  found  ->  Archive("shards/1.tar"), Picture("digits/1.png"), ...

Files are found one after the other, so that of millions only the names in one folder are in memory.
"""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from handwriting.errors import SettingError
from handwriting.pictures.picture_files import is_hidden, is_picture, pictures_in
from handwriting_dask.archives import is_archive
from handwriting_dask.places import file_system, is_url, reaching, shown


@dataclass(frozen=True)
class Archive:
    """A tar or zip file of pictures."""

    place: str


@dataclass(frozen=True)
class Picture:
    """A picture file."""

    place: str


Found: TypeAlias = Archive | Picture


def found(sources: Iterable[str]) -> Iterator[Found]:
    """Yield what is found in the sources; raises `HandwritingError` for one that can't be reached."""
    return chain.from_iterable(map(_found_in, sources))


def check(sources: Sequence[str]) -> None:
    """Raise `SettingError` or `HandwritingError`, before any work, if one of the sources is not there."""
    for source in sources:
        next(_found_in(source), None)


def _found_in(source: str) -> Iterator[Found]:
    if is_url(source):
        with reaching(source):
            yield from _found_at(source)
        return
    if not os.path.exists(source) and not glob.has_magic(source):
        raise SettingError(f"there is no file or folder {source}")
    paths = [source] if os.path.exists(source) else sorted(glob.iglob(source, recursive=True))
    if not paths:
        raise SettingError(f"no file matches {source}")
    for path in paths:
        if os.path.isdir(path):
            yield from map(Picture, _pictures_in(path))
        else:
            yield _file(path)


def _file(place: str) -> Found:
    return Archive(place) if is_archive(place) else Picture(place)


def _pictures_in(folder: str) -> Iterator[str]:
    for path in pictures_in(Path(folder)):
        if str(path) != str(Path(folder)):  # which it is if there are none
            yield str(path)


def _found_at(url: str) -> Iterator[Found]:
    """Yield what is found at a URL: an archive, a picture, or the pictures in and below a folder or prefix."""
    system, path = file_system(url, "")
    if glob.has_magic(path):
        paths: list[str] = sorted(system.glob(path))
        if not paths:
            raise SettingError(f"no file matches {shown(url)}")
        yield from (_file(_url(system, path)) for path in paths)
    elif is_archive(path):
        system.info(path)
        yield Archive(url)
    elif system.isdir(path):
        yield from (Picture(_url(system, path)) for path in _pictures_below(system, path))
    else:
        system.info(path)
        yield Picture(url)


def _pictures_below(system: Any, path: str) -> Iterator[str]:
    """Yield the pictures in and below a folder of a file system, those of each folder sorted."""
    for folder, subfolders, files in system.walk(path, on_error="raise"):
        subfolders[:] = sorted(name for name in subfolders if not is_hidden(name))
        yield from (f"{folder.rstrip('/')}/{name}" for name in sorted(files) if is_picture(name))


def _url(system: Any, path: str) -> str:
    url: str = system.unstrip_protocol(path)
    return url
