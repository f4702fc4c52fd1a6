"""Compressed bytes to plain ones, piece by piece: a gzip stream, or one array of an .npz archive as an IDX file.

A few kilobytes can unpack to gigabytes, so nothing here holds more than a piece at a time, and whoever takes the
pieces (`remote_files.store`) stops at the first byte too many.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO

from handwriting.datasets.downloads.remote_files import Unusable
from handwriting.datasets.idx import idx_header

PIECE = 1 << 18
GZIP = 31
"""zlib's way to say: a gzip header and trailer, and the largest window."""
NPY_START = b"\x93NUMPY\1\0"
NPY_HEADER = re.compile(rb"\{'descr': '\|u1', 'fortran_order': False, 'shape': \((\d+(?:, \d+)*),?\), \} *\n")
"""What NumPy writes in front of uint8 arrays; its own reader goes through Python's parser, which fails in many ways."""


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack a gzip stream. Raises `Unusable` where it is none, breaks off, or has anything behind its end."""
    stream = zlib.decompressobj(GZIP)
    for chunk in chunks:
        try:
            yield from _pieces(stream, chunk)
        except zlib.error as error:
            raise Unusable("not a sound gzip file (perhaps a web page)") from error
        if stream.unused_data:
            raise Unusable("a gzip file with something behind its end")
    if not stream.eof:
        raise Unusable("a gzip file that breaks off")


def npz_array_as_idx(archive: BinaryIO, member: str) -> Iterator[bytes]:
    """Unpack the uint8 array `member` of an .npz archive as the bytes of an IDX file; objects are never unpickled.

    Raises `Unusable` where the archive is none, has no such array, or is broken.
    """
    try:
        with zipfile.ZipFile(archive) as entries:
            entry = entries.getinfo(f"{member}.npy")
            if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unusable(f"an archive whose {member!r} is encrypted or strangely compressed")
            with entries.open(entry) as array:
                yield idx_header(_npy_shape(array))
                while piece := array.read(PIECE):
                    yield piece
    except KeyError as error:
        raise Unusable(f"an archive without {member!r}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise Unusable(f"not a sound .npz archive ({error})") from error


def _pieces(stream: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    while True:
        piece = stream.decompress(chunk, PIECE)
        if piece:
            yield piece
        if len(piece) < PIECE:
            return
        chunk = stream.unconsumed_tail  # a full piece: more may be waiting, even where the tail is empty


def _npy_shape(array: IO[bytes]) -> tuple[int, ...]:
    """Read the header of an .npy file. Raises `ValueError` for anything but bytes, last axis fastest."""
    start = array.read(10)
    header = array.read(int.from_bytes(start[8:], "little"))
    form = NPY_HEADER.fullmatch(header)
    if start[:8] != NPY_START or form is None:
        raise ValueError("its array is not one of bytes in C order")
    return tuple(int(length) for length in form[1].split(b", "))
