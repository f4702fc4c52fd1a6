"""Files on disk: where they live, how they are replaced without a moment of danger, and who may write.

A file is written beside its place, under a hidden name that ends in `.part`, and renamed into it when it is complete:
a reader sees the old file or the new one, never half of one, also after a power cut.
"""

import contextlib
import glob
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from handwriting.errors import HandwritingError

ABANDONED_AFTER = 3600.0
"""Seconds after which a `.part` file whose writer can't be asked counts as left over."""


def data_directory(chosen: str | Path | None = None) -> Path:
    """Return the user's data directory: `chosen`, else $HWR_DATA_DIR, else the platform's place for `handwriting`.

    Raises `HandwritingError` for a user who has no home, as in some containers.
    """
    import platformdirs

    named = chosen or os.environ.get("HWR_DATA_DIR")
    try:
        return Path(named or platformdirs.user_data_path("handwriting", appauthor=False)).expanduser()
    except RuntimeError as error:
        raise HandwritingError("can't find your home; choose a place by --data-dir or HWR_DATA_DIR") from error


class _OnlyTrying(Exception):
    """Nothing is to be written after all."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside `path` for writing; on success it becomes `path`, on any error `path` stays as it was.

    Raises `HandwritingError` where the folder can't be written to or the disk is full.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path)
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        _flush_folder(path.parent)
    except OSError as error:
        raise write_error(path, error) from error


def try_writing(path: Path) -> None:
    """Find out before long work whether its result can be written to `path`, and leave what is there as it is.

    Raises `HandwritingError` where it can't.
    """
    if os.path.isdir(path):
        raise HandwritingError(f"{path} is a folder: give the name of a file")
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe: renaming a file onto it destroys it
        raise HandwritingError(f"{path} is no ordinary file: give another name")
    with contextlib.suppress(_OnlyTrying), replacing(path):
        raise _OnlyTrying  # the file beside it was opened, which is what could fail, and is removed again


def write_error(path: Path, error: OSError) -> HandwritingError:
    """Say in one line why `path` can't be written."""
    in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
    cause = "a file stands where a folder should be" if in_the_way else error.strerror or error
    return HandwritingError(
        f"can't write {path}: {cause}; free some space there or choose another place "
        "(--data-dir or HWR_DATA_DIR for what hwr keeps)"
    )


def sweep(path: Path) -> None:
    """Remove what killed writers of `path` left beside it."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if _abandoned(part):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time work in `folder`; the others wait. The lock of a killed process is gone with it."""
    import filelock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / ".lock")
        lock.acquire()
    except OSError as error:
        raise write_error(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _abandoned(part: Path) -> bool:
    writer = part.name.removesuffix(".part").rpartition(".")[2].partition("-")[0]
    try:
        if os.name == "posix" and writer.isdecimal():
            os.kill(int(writer), 0)  # signal 0 only asks whether the process is there
            return False
        return time.time() - part.stat().st_mtime > ABANDONED_AFTER
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False


def _flush_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can: Windows and some network drives can't."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
