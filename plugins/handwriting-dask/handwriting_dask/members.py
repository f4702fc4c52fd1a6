"""Pictures in archives: what is read of each, and what goes wrong with it.

range  ->  Unread("7/12.png", content), Unread("7/13.png", None, "it is damaged or cut off"), ...
"""

import errno
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TypeAlias

from handwriting.pictures.decoding import LARGEST_FILE
from handwriting.pictures.picture_files import is_hidden, is_picture
from handwriting_dask.unread import Unread

TOO_LARGE = f"it is larger than {LARGEST_FILE // 10**6} MB; give a smaller picture"
DAMAGED = "it is damaged or cut off in the archive"
ENCRYPTED = "it is encrypted, or compressed by a method that Python does not know"

Range: TypeAlias = tuple[int, int]
"""Where some pictures begin, and their number. In a tar file, that is an offset; in a zip, the pictures before them."""


def is_picture_member(name: str) -> bool:
    """Return whether a member of an archive is a picture, by its name: as in folders, hidden ones are none."""
    path = PurePosixPath(name)
    return is_picture(path.name) and not any(part not in (".", "..") and is_hidden(part) for part in path.parts[:-1])


def read_member(name: str, size: int, read: Callable[[int], bytes]) -> Unread:
    """Return a member that has `size` bytes, as the archive says; `read` returns at most as many bytes as asked for."""
    if size > LARGEST_FILE:
        return Unread(name, None, TOO_LARGE)
    try:
        content = read(LARGEST_FILE + 1)  # the archive may lie
    except (NotImplementedError, RuntimeError):
        return Unread(name, None, ENCRYPTED)
    except Exception as error:
        if not is_damage(error):
            raise
        return Unread(name, None, DAMAGED)
    return Unread(name, content) if len(content) == size else Unread(name, None, DAMAGED)


def is_damage(error: Exception) -> bool:
    """Return whether an error comes from a damaged archive, rather than from a file that can't be reached."""
    if type(error) is OSError:  # of bz2, which sets no number, and of a place before the start of the file
        return error.errno in (None, errno.EINVAL)
    return isinstance(
        error,
        tarfile.TarError | zipfile.BadZipFile | gzip.BadGzipFile | zlib.error | lzma.LZMAError | EOFError
        | NotImplementedError,
    )  # fmt: skip
