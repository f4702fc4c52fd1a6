"""What belongs to the whole process is put back after the code of a plugin has run, and it is known when it runs."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator


class _Thread(threading.local):
    """Whether the current thread runs the code of a plugin."""

    runs_plugin = False


_thread = _Thread()


def runs_plugin() -> bool:
    """Return whether the current thread is in a block of `process_state_kept`."""
    return _thread.runs_plugin


@contextlib.contextmanager
def process_state_kept() -> Iterator[None]:
    """Put back, after the block, the current folder and, in the main thread, the standard streams.

    If the block has divided the process by a fork, the new one ends here: else both would go on with the same work.
    """
    process, folder, streams = os.getpid(), _current_folder(), (sys.stdout, sys.stderr)
    is_inner, _thread.runs_plugin = _thread.runs_plugin, True
    try:
        yield
    finally:
        _thread.runs_plugin = is_inner
        if os.getpid() != process:
            os._exit(0)
        if folder and _current_folder() != folder:
            os.chdir(folder)
        if (sys.stdout, sys.stderr) != streams and threading.current_thread() is threading.main_thread():
            sys.stdout, sys.stderr = streams


def _current_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it has been removed
        return None
