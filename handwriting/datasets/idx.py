"""The IDX file format of MNIST: a short header, then the raw bytes of one array.

    0, 0, 8, rank      8 means unsigned bytes, the only element type supported; rank is 1 (labels) or 3 (images)
    rank x uint32      the length of each axis, big-endian
    uint8 ...          the elements in C order

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

import math
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import DataError
from handwriting.system import storage

RANKS = (1, 3)
LARGEST_COPY = 2**26
"""Bytes of the largest array that is copied into memory, such as MNIST's 47 MB. Larger ones are mapped from disk, which
keeps memory small; but who reads a mapped file is killed when another program shortens it."""


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array in `path`, (n,) or (n, height, width), read-only; above `LARGEST_COPY` it is mapped from disk.

    Raises `DataError` if the file is missing or is not exactly one valid IDX file.
    """
    try:
        if not path.is_file():  # opening a pipe would block
            raise DataError(f"there is no file {path}")
        with path.open("rb") as file:
            shape = _read_shape(file, path)
            if math.prod(shape) > LARGEST_COPY:
                return np.asarray(np.memmap(file, np.uint8, "r", file.tell(), shape))
            return np.frombuffer(file.read(math.prod(shape)), np.uint8).reshape(shape)
    except ValueError as error:
        raise _invalid(path, "it was shortened while it was read") from error
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror or error}") from error


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    """Write `array`, uint8 of rank 1 or 3 and not empty; the file is replaced in one step.

    Raises `HandwritingError` if it can't be written.
    """
    header = idx_header(array.shape)
    with storage.replacing(path) as file:
        file.write(header)
        file.write(np.ascontiguousarray(array, np.uint8).data)


def idx_header(shape: tuple[int, ...]) -> bytes:
    """Return the header of an array of `shape`. Raises `ValueError` for a shape that is not supported."""
    if len(shape) not in RANKS or not all(0 < length < 2**32 for length in shape):
        raise ValueError(f"an IDX file here has 1 or 3 axes, none of them empty; not {shape}")
    return struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape)


def _read_shape(file: BinaryIO, path: Path) -> tuple[int, ...]:
    """Read the header and compare it with the size of the file, before anything is allocated."""
    magic = file.read(4)
    if magic not in (bytes((0, 0, 8, rank)) for rank in RANKS):
        raise _invalid(path, "it does not start like an IDX file of bytes with 1 or 3 axes")
    rank = magic[3]
    lengths = file.read(4 * rank)
    if len(lengths) < 4 * rank:
        raise _invalid(path, "it ends within its header")
    shape: tuple[Any, ...] = struct.unpack(f">{rank}I", lengths)
    expected, size = file.tell() + math.prod(shape), os.fstat(file.fileno()).st_size
    if 0 in shape:
        raise _invalid(path, f"it is empty: its shape is {shape}")
    if size != expected:
        raise _invalid(path, f"it has {size:,} bytes, but its header promises {expected:,}")
    return shape


def _invalid(path: Path, reason: str) -> DataError:
    return DataError(f"{path} is not a valid IDX file: {reason}; download it again (hwr download)")
