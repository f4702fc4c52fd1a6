"""Terminals for tests: rich's console in memory, and a pseudo-terminal for `hwr` as a process."""

import io
import os
import subprocess
import sys
from typing import Any

from rich.console import Console, RenderableType

from tests.helpers.hwr import Hwr


def console(width: int = 100, height: int = 40, encoding: str = "utf-8", **settings: Any) -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(file=file, width=width, height=height, force_terminal=True, **settings)


def printed(console: Console, renderable: RenderableType) -> str:
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def run_on_terminal(hwr: Hwr, *arguments: object, columns: int = 100, rows: int = 40, **environment: str) -> str:
    """Run hwr with all its streams on a pseudo-terminal; return what it writes there, once it has succeeded."""
    import fcntl  # POSIX only, as the two below
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = [sys.executable, "-m", "handwriting", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, env=hwr.environment() | environment
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # how Linux reports that the other end is closed
            break
        if not chunk:
            break
        written += chunk
    os.close(ours)
    assert process.wait() == 0, written.decode()
    return written.decode()
