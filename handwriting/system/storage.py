"""Files on disk: the data directory, files that are replaced in one step, and locks.

A file is written under a hidden name ending in `.part` beside its place, and renamed when it is complete. Readers see
the old file or the new one, never an incomplete one, even after a power failure.
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
"""Seconds after which a `.part` file is abandoned, if it can't be found out whether its writer still runs."""


def data_directory(chosen: str | Path | None = None) -> Path:
    """Return the user's data directory: `chosen`, else $HWR_DATA_DIR, else the platform's directory for `handwriting`.

    Raises `HandwritingError` for a user without a home directory, as in some containers.
    """
    import platformdirs

    named = chosen or os.environ.get("HWR_DATA_DIR")
    try:
        return Path(named or platformdirs.user_data_path("handwriting", appauthor=False)).expanduser()
    except RuntimeError as error:
        raise HandwritingError("can't find your home directory: give --data-dir or HWR_DATA_DIR") from error


def find_data_directory(chosen: str | Path | None = None) -> Path | None:
    """Return what `data_directory` does; None without a home, where files can be used all the same."""
    try:
        return data_directory(chosen)
    except HandwritingError:
        return None


class _NothingToWrite(Exception):
    """Leaves a `replacing` block without replacing anything."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside `path` for writing; it becomes `path` if the block succeeds, else `path` stays as it was.

    Raises `HandwritingError` if the folder can't be written to or the disk is full.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path)
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise write_error(path, error) from error


def try_writing(path: Path) -> None:
    """Find out, before long work, whether its result can be written to `path`, which is left unchanged.

    Raises `HandwritingError` if it can't.
    """
    if os.path.isdir(path):
        raise HandwritingError(f"{path} is a folder: give the name of a file")
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe: replacing would destroy it
        raise HandwritingError(f"{path} is not an ordinary file: give another name")
    with contextlib.suppress(_NothingToWrite), replacing(path):
        raise _NothingToWrite


def write_error(path: Path, error: OSError) -> HandwritingError:
    """Return an error that says in one line why `path` can't be written."""
    in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
    cause = "there is a file where a folder should be" if in_the_way else error.strerror or error
    return HandwritingError(
        f"can't write {path}: {cause}; free some space there or choose another place "
        "(--data-dir or HWR_DATA_DIR for what hwr keeps)"
    )


def remove_abandoned(path: Path) -> None:
    """Remove the `.part` files of `path` whose writers were killed."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if _is_abandoned(part):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock `folder`, waiting for other processes that hold the lock. That of a killed process is released."""
    import filelock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / ".lock").acquire()
    except OSError as error:
        raise write_error(folder, error) from error
    with lock:
        yield


def _is_abandoned(part: Path) -> bool:
    writer = part.name.removesuffix(".part").rpartition(".")[2].partition("-")[0]
    try:
        if os.name == "posix" and writer.isdecimal():
            os.kill(int(writer), 0)  # signal 0 only tests whether the process exists
            return False
        return time.time() - part.stat().st_mtime > ABANDONED_AFTER
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    """Write the renaming itself to disk, if the system can: Windows and some network drives can't."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
