"""Standard output and standard error: the last door before a terminal, and never the reason why work is lost.

What is written to them is escaped. What they can't take, since the disk is full, the reader of a pipe is gone or a
terminal has been closed, is dropped, and the work goes on; `failure` tells of it at the end. What the code of a plugin
prints is no result, and goes to standard error; only a command of a plugin writes its own results.
"""

import errno
import os
import sys
from typing import Any, TextIO, cast

from handwriting.system.process_state import runs_plugin
from handwriting.system.text import printable


class Stream:
    """A text stream that drops what it can't write. `failure` is the first error that it met."""

    failure: OSError | None = None

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write text as it is."""
        try:
            return self.stream.write(text)
        except (OSError, ValueError) as error:
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self.stream.flush()
        except (OSError, ValueError) as error:
            self._drop(error)

    def isatty(self) -> bool:
        """Return whether it is a terminal, which one that is closed is not."""
        return not self.stream.closed and self.stream.isatty()

    def _drop(self, error: OSError | ValueError) -> None:
        """Let all that is still buffered, and all that follows, go nowhere."""
        if isinstance(error, ValueError):
            if not self.stream.closed:
                raise error
            self.failure = self.failure or OSError(errno.EBADF, "a plugin has closed it")
            self.stream = _nowhere("w")
            return
        self.failure = self.failure or error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class EscapingStream:
    """A `Stream` in whose text only line ends and tabs control the terminal; `unescaped` is for colours and bars.

    What the parts of plugins write goes to the stream `for_plugins` instead, if there is one.
    """

    def __init__(self, unescaped: Stream, for_plugins: "EscapingStream | None" = None) -> None:
        self.unescaped = unescaped
        self.for_plugins = for_plugins

    def write(self, text: str) -> int:
        """Write text, escaped."""
        if self.for_plugins and runs_plugin():
            return self.for_plugins.write(text)
        return self.unescaped.write(printable(text, keep="\n\t"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unescaped, name)


def protect() -> None:
    """Replace the standard streams; one that is closed, as in services, leads nowhere."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        # Else the next file to be opened would get the number of a closed stream, and what libraries write there.
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(number, True)
        os.close(number)
    sys.stdin = sys.stdin or _nowhere("r")
    stderr = EscapingStream(_protected(sys.stderr or _nowhere("w")))
    stdout = EscapingStream(_protected(sys.stdout or _nowhere("w")), for_plugins=stderr)
    sys.stdout, sys.stderr = cast(TextIO, stdout), cast(TextIO, stderr)


def failure_of(stream: TextIO) -> OSError | None:
    """Return why something that was written to a protected stream is lost; None if nothing is."""
    stream.flush()
    return getattr(stream, "failure", None)


def unescaped(stream: Any) -> Any:
    """Return the stream to which text is written as it is."""
    return getattr(stream, "unescaped", stream)


def _nowhere(mode: str) -> Any:
    return open(os.devnull, mode)


def _protected(stream: TextIO) -> Stream:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")  # an ASCII terminal can't show every character
    return Stream(stream)
