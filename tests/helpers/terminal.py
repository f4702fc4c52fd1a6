"""Terminals for tests: rich's console in memory, and a pseudo-terminal for `hwr` as a process."""

import io
import os
import re
import select
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType

from tests.helpers import warm_process
from tests.helpers.hwr import SECONDS, Hwr


def console(width: int = 100, height: int = 40, encoding: str = "utf-8", **settings: Any) -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(file=file, width=width, height=height, force_terminal=True, **settings)


def printed(console: Console, renderable: RenderableType) -> str:
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def run_on_terminal(
    hwr: Hwr, *arguments: object, columns: int = 100, rows: int = 40, status: int = 0, stdout: int | None = None,
    **environment: str,
) -> str:  # fmt: skip
    """Run hwr with its streams on a pseudo-terminal; return what it writes there, once it has ended.

    Its standard output may be another file descriptor.
    """
    import fcntl  # POSIX only, as the two below
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    words, variables = list(map(str, arguments)), hwr.environment() | environment
    streams = [theirs, stdout or theirs, theirs]
    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(warm_process.run_with, streams, words, variables, Path.cwd(), SECONDS)
        written = b""
        while (readable := select.select([ours], [], [], 0.01)[0]) or not ended.done():
            written += os.read(ours, 65536) if readable else b""
    for end in (ours, theirs):
        os.close(end)
    assert ended.result() == status, written.decode()
    return written.decode()


def lines_on_terminal(hwr: Hwr, *arguments: object, **settings: Any) -> list[str]:
    """Run hwr on a pseudo-terminal; return the lines that it writes there, without colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", run_on_terminal(hwr, *arguments, **settings)).splitlines()


def too_long(lines: list[str], columns: int) -> list[str]:
    """Return the lines that are longer than the terminal, without those of a path, which is not cut."""
    return [line for line in lines if cell_len(line) > columns and not line.startswith(("/", "model /"))]
