"""Places of files: a path on this machine, or the URL of something that fsspec opens, such as s3://bucket/shards/1.tar.

A path may be relative to the folder in which the command was given; workers may run in another one. So whoever opens a
place also says what `folder` that was.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from handwriting.datasets.downloads.cache import without_password
from handwriting.errors import HandwritingError, SettingError
from handwriting.system.text import cause_of


def is_url(place: str) -> bool:
    """Return whether a place is a URL."""
    return "://" in place


def absolute(place: str) -> str:
    """Return a place as workers can use it, in whatever folder they run."""
    return place if is_url(place) else os.path.abspath(place)


def shown(place: str) -> str:
    """Return a place for a message, without the password of a URL."""
    return without_password(place) if is_url(place) else place


def file_system(place: str, folder: str) -> tuple[Any, str]:
    """Return the file system of fsspec that has a place, and the path in it.

    Raises `SettingError` if there is no such file system, or its package is not installed.
    """
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    if not is_url(place):
        return LocalFileSystem(), os.path.join(folder, place)
    try:
        # A listing is needed once; to keep those of millions of files would take too much memory.
        found: tuple[Any, str] = url_to_fs(place, use_listings_cache=False)
    except ImportError as error:
        raise SettingError(f"{shown(place)} can't be opened: {error}; workers need it, too") from error
    except ValueError as error:
        raise SettingError(f"{shown(place)} can't be opened: {error}") from error
    return found


@contextmanager
def reaching(place: str) -> Iterator[None]:
    """Raise a `HandwritingError` for whatever a file system raises in the block: each has errors of its own."""
    try:
        yield
    except HandwritingError:
        raise
    except FileNotFoundError as error:
        raise HandwritingError(
            f"there is nothing to be read at {shown(place)}: check the name, the network and the permissions"
        ) from error
    except Exception as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else cause_of(error)
        raise HandwritingError(
            f"can't reach {shown(place)}: {cause}; check the address, the network and the credentials"
        ) from error


def identity(system: Any, path: str) -> str:
    """Return what tells a file from a later one in its place, as far as the file system knows."""
    if system.protocol == ("file", "local"):
        status = os.stat(path)
        return f"{status.st_size} bytes of {status.st_mtime_ns}"
    return str(system.ukey(path))
