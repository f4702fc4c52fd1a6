"""The place of the results: a folder on this machine or on a drive that all workers share, or one in an object store.

A file is written whole: beside its place and then renamed, or, to an object store, in one request. So whoever finds a
file finds all of it, whatever is killed at whatever moment.
"""

import contextlib
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from handwriting.errors import HandwritingError
from handwriting.system.storage import replacing, write_error
from handwriting_dask.places import file_system, is_url, reaching, shown


class Store:
    """The files in a folder, which is an absolute path or a URL. All methods raise `HandwritingError`."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._is_local = not is_url(place)
        self._system, self._root = file_system(place, "")

    def names(self) -> list[str]:
        """Return the names of all files, without hidden ones; none if the folder does not exist."""
        with reaching(self.place):
            if not self._system.exists(self._root):
                return []
            if not self._system.isdir(self._root):
                raise HandwritingError(f"{shown(self.place)} is a file: choose another place with -o")
            paths = self._system.ls(self._root, detail=False)
        names = (str(path).rstrip("/").rpartition("/")[2] for path in paths)
        return sorted(name for name in names if not name.startswith("."))

    def find(self, name: str) -> bytes | None:
        """Return the content of a file, None if there is none."""
        try:
            with reaching(self.place):
                content: bytes = self._system.cat_file(self._path(name))
        except HandwritingError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise
        return content

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for reading."""
        with reaching(self.place), self._system.open(self._path(name), "rb") as file:
            yield file

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole."""
        with self.writing(name) as file:
            file.write(content)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for writing; it is there, whole, when the block ends."""
        if self._is_local:
            with replacing(Path(self._path(name))) as file:
                yield file
            return
        with reaching(self.place):
            self._system.makedirs(self._root, exist_ok=True)
            with self._system.transaction, self._system.open(self._path(name), "wb") as file:
                yield file

    def note(self, name: str, content: bytes) -> None:
        """Write a small file fast: neither beside its place nor through to the disk, so that it may be cut off."""
        if not self._is_local:
            with reaching(self.place):
                self._system.pipe_file(self._path(name), content)
            return
        path = Path(self._path(name))
        try:
            path.write_bytes(content)
        except OSError as error:
            raise write_error(path, error) from error

    def remove(self, *names: str) -> None:
        """Remove files; it does not matter if they are gone already."""
        with reaching(self.place):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    self._system.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


@functools.cache
def store_at(place: str) -> Store:
    """Return the store in a place."""
    return Store(place)
