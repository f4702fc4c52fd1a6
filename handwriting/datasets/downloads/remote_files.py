"""A published file: checking, decompressing and storing a copy of it.

Size and SHA-256 are those of the uncompressed file: mirrors compress the same file in different ways.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handwriting.errors import DataError
from handwriting.interfaces import Progress
from handwriting.system import storage

MISSING = "missing"
CHUNK = 1 << 18
"""Most bytes that are decompressed at once: a few kilobytes can decompress to gigabytes."""


@dataclass(frozen=True)
class RemoteFile:
    """A file that mirrors serve as `name`.gz or `name`; `size` is in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


class SourceError(DataError):
    """A mirror or a folder does not deliver the file. `remedy` is what the user can do about it, if anything."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.remedy = remedy


class NotFound(SourceError):
    """The server has no file of that name (HTTP 404)."""


def flaw(file: RemoteFile, folder: Path) -> str | None:
    """Return what is wrong with the copy of `file` in `folder`, None if it is right to the last bit."""
    path = folder / file.name
    try:
        if not path.is_file():
            return "not a file" if path.exists() else MISSING
        size = path.stat().st_size
        if size != file.size:
            return f"{size:,} bytes long instead of {file.size:,}"
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        return f"not readable ({error.strerror or error})"
    return None if digest == file.sha256 else "damaged (its SHA-256 is wrong)"


def store(file: RemoteFile, folder: Path, chunks: Iterable[bytes]) -> Iterator[Progress]:
    """Write `chunks`, the uncompressed content, as `file` into `folder`; it gets its name only after it was checked.

    Raises `SourceError` if `chunks` are not the file, at the first byte too many, and `HandwritingError` if they can't
    be written. `chunks` must not raise `OSError`, which would be taken for an error of writing.
    """
    digest, done = hashlib.sha256(), 0
    yield Progress(file.name, 0, file.size)
    with storage.replacing(folder / file.name) as part:
        for chunk in chunks:
            done += len(chunk)
            if done > file.size:
                raise SourceError(f"longer than the {file.size:,} bytes expected")
            digest.update(chunk)
            part.write(chunk)
            yield Progress(file.name, done, file.size)
        if done < file.size:
            raise SourceError(f"{done:,} bytes long instead of {file.size:,}")
        if digest.hexdigest() != file.sha256:
            raise SourceError("another file (its SHA-256 is wrong)")


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of a gzip stream, at most `CHUNK` bytes at a time.

    Raises `SourceError` if `chunks` are not exactly one whole gzip stream.
    """
    stream = zlib.decompressobj(wbits=31)  # with the header and trailer of gzip
    for chunk in chunks:
        try:
            while plain := stream.decompress(chunk, CHUNK):
                yield plain
                chunk = stream.unconsumed_tail
        except zlib.error as error:
            raise SourceError("not a valid gzip file (perhaps a web page)") from error
        if stream.unused_data:
            raise SourceError("a gzip file with extra data after its end")
    if not stream.eof:
        raise SourceError("a gzip file that ends too early")
