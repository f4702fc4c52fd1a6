"""Drawn pictures on disk: one file, of which every byte is checked.

    32 bytes                 SHA-256 of the drawer and of everything that follows
    count x 28 x 28 bytes    the images, training before test
    count bytes              their labels

The drawer is the source code that draws. So a file that was damaged, or drawn by another version, does not match.
"""

import hashlib
from pathlib import Path

import numpy as np

from handwriting.errors import DataError
from handwriting.interfaces import Examples
from handwriting.system import storage

PIXELS = 28 * 28
DIGEST = 32


def write(path: Path, examples: Examples, drawer: bytes) -> None:
    """Write `examples` to `path`, whole or not at all. Raises `HandwritingError` where the disk does not take it."""
    content = examples.images.tobytes() + examples.labels.tobytes()
    with storage.replacing(path) as file:
        file.write(_digest(content, drawer))
        file.write(content)


def read(path: Path, count: int, drawer: bytes) -> Examples:
    """Return the `count` examples in `path`, read-only. Raises `DataError` where they are not there, or not sound."""
    try:
        stored = _read_at_most(path, DIGEST + count * (PIXELS + 1))
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror or error}") from error
    content = memoryview(stored)[DIGEST:]
    if len(content) != count * (PIXELS + 1) or stored[:DIGEST] != _digest(content, drawer):
        raise DataError(f"{path} is damaged or was drawn by another version; prepare the dataset again")
    images = np.frombuffer(content, np.uint8, count * PIXELS).reshape(count, 28, 28)
    return Examples(images, np.frombuffer(content, np.uint8, offset=count * PIXELS))


def is_sound(path: Path, count: int, drawer: bytes) -> bool:
    """Tell whether `read` would return the examples."""
    try:
        read(path, count, drawer)
    except DataError:
        return False
    return True


def _read_at_most(path: Path, size: int) -> bytes:
    """Return the content of `path`, cut behind `size` + 1 bytes: one too many tells that it is too long."""
    with path.open("rb") as file:
        return file.read(size + 1)


def _digest(content: bytes | memoryview, drawer: bytes) -> bytes:
    digest = hashlib.sha256(drawer)
    digest.update(content)
    return digest.digest()
