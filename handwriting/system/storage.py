"""Files on disk: the data directory, files that are replaced in one step, and locks.

A file is written under a hidden name ending in `.part` beside its place, and renamed when it is complete. Readers see
the old file or the new one, never an incomplete one, even after a power failure. The writer holds a lock on the `.part`
file, which ends with it, wherever it runs: in another container, too, or on another machine with the same drive.
"""

import contextlib
import errno
import glob
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from handwriting.errors import HandwritingError

if TYPE_CHECKING:
    from handwriting.interfaces import Notice

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ABANDONED_AFTER = 3600.0
"""Seconds after which a `.part` file is abandoned, if it can't be found out whether its writer still runs."""
LOCK_TIMEOUT = 1800.0
"""Seconds to wait for the lock of another process; a download over a slow line takes a while."""


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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path)
        with _new_part(path) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl is None:
                file.close()  # Windows renames no open file
            os.replace(file.name, path)
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
    remedy = "free some space there or " if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return HandwritingError(
        f"can't write {path}: {cause}; {remedy}choose another place (--data-dir or HWR_DATA_DIR for what hwr keeps)"
    )


def remove_abandoned(path: Path) -> None:
    """Remove the `.part` files of `path` whose writers were killed."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with contextlib.suppress(OSError):  # of another user, or removed meanwhile
            _remove_if_abandoned(part)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock `folder`, waiting for another process that holds the lock. That of a killed process is released.

    Raises `HandwritingError` if the folder can't be locked, or if the other process holds it for `LOCK_TIMEOUT`.
    """
    import filelock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / ".lock").acquire(timeout=LOCK_TIMEOUT)
    except filelock.Timeout as error:
        raise HandwritingError(
            f"another process has been writing to {folder} for {LOCK_TIMEOUT / 60:.0f} minutes: end it, and try again"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.ENOTSUP):
            raise HandwritingError(
                f"can't lock {folder}: {error.strerror}, as on some network drives; choose another place "
                "(--data-dir or HWR_DATA_DIR)"
            ) from error
        raise write_error(folder, error) from error
    with lock:
        yield


def announce_waiting(folder: Path) -> "Iterator[Notice]":
    """Yield a notice if another process holds the lock of `folder`, so that `locked` is going to wait."""
    import filelock

    from handwriting.interfaces import Notice  # with it NumPy, which a key press for completion can't wait for

    try:
        with filelock.FileLock(folder / ".lock").acquire(blocking=False):
            return
    except filelock.Timeout:
        yield Notice(f"waiting for another process, which is writing to {folder}")
    except OSError:  # of which `locked` says more
        return


@contextlib.contextmanager
def _new_part(path: Path) -> Iterator[BinaryIO]:
    """Open and lock a new `.part` file of `path`; what has not been renamed in the end is removed."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        try:
            with part.open("xb") as file:
                with contextlib.suppress(OSError):  # some file systems have no locks
                    _lock(file)
                if os.fstat(file.fileno()).st_nlink:  # else it was removed as abandoned before it was locked
                    yield file
                    return
        finally:
            with contextlib.suppress(OSError):
                part.unlink()


def _remove_if_abandoned(part: Path) -> None:
    try:
        with part.open("r+b") as file:
            _lock(file, wait=False)
            part.unlink()  # while it is locked: a writer that has just created it waits, and then creates another one
    except BlockingIOError:
        return
    except OSError:  # a system without locks
        if time.time() - part.stat().st_mtime > ABANDONED_AFTER:
            part.unlink()


def _lock(file: BinaryIO, wait: bool = True) -> None:
    """Lock an open file until it is closed; raises `OSError`, `BlockingIOError` if another process has locked it."""
    if fcntl is None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_folder(folder: Path) -> None:
    """Write the renaming itself to disk, if the system can: Windows and some network drives can't."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
