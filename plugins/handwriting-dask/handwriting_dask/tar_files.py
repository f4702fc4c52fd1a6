"""Tar files, which have no list of their members: the index goes from header to header, past the contents.

It notes at which offset each range begins, and there another reader begins later. In one that is compressed, that is an
offset in what it is decompressed to, which takes all before it to be decompressed again.
"""

import tarfile
from collections.abc import Iterator
from itertools import islice, repeat
from typing import BinaryIO

from handwriting_dask.members import DAMAGED, Range, is_damage, is_picture_member, read_member
from handwriting_dask.unread import Unread

COMPRESSIONS = {
    ".tar": None, ".tar.gz": "gzip", ".tgz": "gzip", ".tar.bz2": "bz2", ".tbz2": "bz2", ".tar.xz": "xz", ".txz": "xz"
}  # fmt: skip
"""The suffixes of tar files, and how fsspec calls their compression."""

UNKNOWN = "(unknown)"
"""The name of a picture whose header can't be read."""


def index(file: BinaryIO, most: int) -> tuple[list[Range], str | None]:
    """Return the ranges of at most `most` pictures, and why the file can't be read to its end, or None if it can."""
    ranges: list[Range] = []
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            for member in _pictures(tar):
                if not ranges or ranges[-1][1] == most:
                    ranges.append((member.offset, 0))
                start, count = ranges[-1]
                ranges[-1] = start, count + 1
            flaw = None if _ends(file, tar.offset) else "what follows is no tar file"
    except Exception as error:
        if not is_damage(error):
            raise
        flaw = str(error) or type(error).__name__
    return ranges, flaw


def members(file: BinaryIO, start: int, count: int) -> Iterator[Unread]:
    """Yield the `count` pictures that begin at the offset `start`; fewer if the file has changed.

    Where a compressed file is damaged, some may be lost of which the index, which reads in other steps, saw the names.
    """
    try:
        file.seek(start)
        with tarfile.open(fileobj=file, mode="r:") as tar:
            for member in islice(_pictures(tar), count):
                content = tar.extractfile(member)
                assert content is not None  # it is a file
                yield read_member(member.name, member.size, content.read)
                count -= 1
    except Exception as error:
        if not is_damage(error):
            raise
        yield from repeat(Unread(UNKNOWN, None, DAMAGED), count)


def _pictures(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while member := tar.next():
        tar.members.clear()  # type: ignore[attr-defined]  # else millions of them would stay in memory
        if member.isreg() and is_picture_member(member.name):
            yield member


def _ends(file: BinaryIO, offset: int) -> bool:
    """Return whether a tar file ends at `offset`: with zeros, or without, as some programs write it.

    Elsewhere, `tarfile` takes a header that is damaged for the end.
    """
    file.seek(offset)
    return not any(file.read(tarfile.BLOCKSIZE))
