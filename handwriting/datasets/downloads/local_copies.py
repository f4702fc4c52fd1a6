"""Copies of a published file that somebody brought along in a folder."""

from collections.abc import Iterator
from pathlib import Path

from handwriting.datasets.downloads import unpack
from handwriting.datasets.downloads.remote_files import RemoteFile, Unusable
from handwriting.errors import DataError


def copies(file: RemoteFile, source: Path) -> Iterator[tuple[Path, Iterator[bytes]]]:
    """Yield what may be `file` in the folder `source`, packed or plain: the path and its plain bytes.

    A dot counts as a hyphen, because some unpackers name the files train-images.idx3-ubyte.
    Raises `DataError` where `source` is no folder that can be read; the bytes raise `Unusable`.
    """
    try:
        names = sorted(path.name for path in source.iterdir())
    except OSError as error:
        raise DataError(f"can't read the folder {source}: {error.strerror or error}") from error
    for name in names:
        plain = name.removesuffix(".gz")
        if plain.replace(".", "-") == file.name.replace(".", "-") and (source / name).is_file():
            chunks = _read(source / name)
            yield source / name, chunks if plain == name else unpack.gunzip(chunks)


def _read(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as content:
            while chunk := content.read(unpack.PIECE):
                yield chunk
    except OSError as error:
        raise Unusable(f"not readable ({error.strerror or error})") from error
