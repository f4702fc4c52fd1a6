"""What a part must leave as it was: files, threads, memory, and the global random numbers."""

import gc
import os
import pickle
import random
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from handwriting.testing.findings import expect

WARM_UP, CALLS = 3, 20
"""Calls before the first measurement, since some things are kept once, and between the two measurements."""
MOST_KEPT = 1024
"""Bytes that may be kept for each call, which is less than any array of a batch takes."""
PATIENCE = 0.5
"""Seconds in which threads that were started must end."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.truncate": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
}
"""Audit events of changes to files, with the number of their arguments that are paths."""

SEED = 20_981_723
"""Seed of the global random numbers while a part is watched: no plugin is likely to choose it."""


@contextmanager
def nothing_shared_is_changed() -> Iterator[None]:
    """Raise `AssertionError` if the block uses or seeds global random numbers, or leaves threads running.

    Global random numbers are as before at the end.
    """
    before, before_numpy, threads = random.getstate(), np.random.get_state(), set(threading.enumerate())
    random.seed(SEED)
    np.random.seed(SEED)
    seeded = _global_random_numbers()
    try:
        yield
        found = _global_random_numbers()
    finally:
        random.setstate(before)
        np.random.set_state(before_numpy)
    changed = [name for name, state in seeded.items() if found[name] != state]
    expect(
        not changed,
        f"it seeds or uses the global random numbers of {' and '.join(changed)}: draw from the argument `rng`, or "
        "where there is none from np.random.default_rng(seed)",
    )
    left = [thread.name for thread in _still_running(set(threading.enumerate()) - threads)]
    expect(not left, f"it leaves threads running ({', '.join(sorted(left)[:3])}): end them before the call returns")


def _global_random_numbers() -> dict[str, object]:
    return {"np.random": pickle.dumps(np.random.get_state()), "random": random.getstate()}


@contextmanager
def writes_only_inside(*folders: Path) -> Iterator[None]:
    """Raise `AssertionError` if the block creates, changes or removes a file elsewhere.

    Temporary files are allowed that are gone at the end.
    """
    paths: list[str] = []
    _watch(paths)
    try:
        yield
    finally:
        _watched.remove(paths)
    outside = [path for path in paths if not _is_allowed(Path(path), folders)]
    if outside:
        allowed = "only inside the folder that it is given" if folders else "no files"
        raise AssertionError(f"it writes {outside[0]}: it may write {allowed}")


def leaves_nothing_behind(work: Callable[[], object], *folders: Path, calls: int = CALLS) -> str:
    """Check that repeated calls of `work` keep no memory and no open files, write no files and end their threads.

    Files may be written inside the `folders`.
    """
    with nothing_shared_is_changed(), writes_only_inside(*folders):
        for _ in range(min(WARM_UP, calls)):
            work()
        files = _open_files()
        gc.freeze()  # so that collecting visits only what the calls leave
        tracemalloc.start()
        try:
            before = _memory()
            for _ in range(calls):
                work()
            kept = (_memory() - before) / calls
        finally:
            tracemalloc.stop()
            gc.unfreeze()
        opened = _open_files() - files
    expect(opened < calls / 2, f"{calls} calls leave {opened} files open: close them, as `with open(...)` does")
    expect(kept < MOST_KEPT, f"each call keeps {kept / 1024:,.0f} KiB of memory for ever: let go of what it used")
    return f"no files, threads or memory after {calls} calls"


def _still_running(threads: set[threading.Thread]) -> list[threading.Thread]:
    """Return the threads that do not end within `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [thread for thread in threads if thread.is_alive()]


def _memory() -> int:
    """Return the bytes that Python and NumPy have allocated since the measurement started."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _open_files() -> int:
    """Return the number of open files; 0 where the system does not tell."""
    return next((len(os.listdir(folder)) for folder in ("/proc/self/fd", "/dev/fd") if os.path.isdir(folder)), 0)


_watched: list[list[str]] = []
"""Where the paths of changed files are noted, while somebody watches."""
_hooked = threading.Event()
"""Set when the audit hook, which can't be removed, is installed."""


def _watch(paths: list[str]) -> None:
    """Note the paths of all files that are changed from now on, until `paths` is removed from `_watched`."""
    if not _hooked.is_set():
        _hooked.set()
        sys.addaudithook(_note)
    _watched.append(paths)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    """Note the paths of an audit event (see `sys.addaudithook`) if it changes files."""
    if not _watched:
        return
    paths_changed = CHANGING.get(event, 0)
    if event == "open" and isinstance(flags := arguments[2], int) and flags & WRITING:
        paths_changed = 1
    for path in arguments[:paths_changed]:
        if isinstance(path, str | bytes | os.PathLike):
            for paths in _watched:
                paths.append(os.path.abspath(os.fsdecode(path)))


def _is_allowed(path: Path, folders: tuple[Path, ...]) -> bool:
    """Whether a changed file is inside one of the folders, a device, compiled code, or temporary and gone."""
    real = Path(os.path.realpath(path))
    temporary = Path(os.path.realpath(tempfile.gettempdir()))
    return (
        any(real.is_relative_to(os.path.realpath(folder)) for folder in folders)
        or real.is_relative_to("/dev")
        or "__pycache__" in real.parts
        or (real.is_relative_to(temporary) and not os.path.lexists(path))
    )
