"""Picture files: those on this machine are left to the recognizer, those at URLs are fetched, several at a time."""

import os
import platform
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

from handwriting.errors import HandwritingError
from handwriting.pictures.decoding import LARGEST_FILE
from handwriting.reading.recognizer import CHUNK
from handwriting_dask.members import TOO_LARGE
from handwriting_dask.places import file_system, is_url, reaching, shown
from handwriting_dask.unread import Unread


def files(names: Sequence[str], folder: str) -> Iterator[Unread]:
    """Yield picture files; relative paths begin in `folder`.

    A file that is gone, or may not be read, has a flaw. Raises `HandwritingError` if not even one of those on this
    machine is there: then this is another machine than the one that listed them.
    """
    for is_remote, group in groupby(names, is_url):
        some = list(group)
        if is_remote:
            yield from _fetched(some)
        elif any(os.path.exists(os.path.join(folder, name)) for name in some):
            yield from (Unread(name, Path(folder, name)) for name in some)
        else:
            raise HandwritingError(
                f"{some[0]} and what follows is not there for a worker on {platform.node()}: all workers must see "
                f"the pictures under the same path, here {folder}"
            )


def _fetched(urls: Sequence[str]) -> Iterator[Unread]:
    rest = iter(urls)
    while some := list(islice(rest, CHUNK)):
        with reaching(some[0]):
            system, _ = file_system(some[0], "")
            paths = [file_system(url, "")[1] for url in some]
            ends = [LARGEST_FILE + 1] * len(some)
            contents = system.cat_ranges(paths, [0] * len(some), ends, on_error="return")
        yield from (_unread(url, content) for url, content in zip(some, contents, strict=True))


def _unread(url: str, content: bytes | Exception) -> Unread:
    """Return a picture, with a flaw if it is gone; raises `HandwritingError` if the network is."""
    name = shown(url)
    if isinstance(content, FileNotFoundError | PermissionError):
        return Unread(name, None, "it can't be read: it is gone, or you may not read it")
    with reaching(url):
        if isinstance(content, Exception):
            raise content
    return Unread(name, None, TOO_LARGE) if len(content) > LARGEST_FILE else Unread(name, content)
