"""Faults in system calls: the nth call by which something is written to a folder fails."""

import builtins
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

CALLS_WITH_PATH = ("open", "mkdir", "replace", "rename", "unlink", "rmdir")


class Faults:
    """Counts the calls that write in `folder`; number `nth` raises `error`, a write only after half of its bytes."""

    def __init__(self, folder: Path, nth: int, error: BaseException) -> None:
        self.folder, self.nth, self.error = folder, nth, error
        self.calls: list[str] = []

    def call(self, name: str) -> None:
        self.calls.append(name)
        if len(self.calls) == self.nth:
            raise self.error

    def concerns(self, path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and Path(path).is_relative_to(self.folder)


@contextmanager
def fault(folder: Path, nth: int, error: BaseException) -> Iterator[Faults]:
    """Let the nth call fail in the block; `calls` tells which calls there were until the end."""
    faults = Faults(folder, nth, error)
    with (
        mock.patch.object(io, "open", _open(faults)),
        mock.patch.object(builtins, "open", _open(faults)),
        mock.patch.object(os, "fsync", _counted(faults, "fsync", os.fsync)),
        mock.patch.multiple(os, **{name: _with_path(faults, name, getattr(os, name)) for name in CALLS_WITH_PATH}),
    ):
        yield faults


def _counted(faults: Faults, name: str, call: Any) -> Any:
    def counted(*arguments: Any, **named: Any) -> Any:
        faults.call(name)
        return call(*arguments, **named)

    return counted


def _with_path(faults: Faults, name: str, call: Any) -> Any:
    def counted(path: Any, *arguments: Any, **named: Any) -> Any:
        writes = name != "open" or arguments[0] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and faults.concerns(path):
            faults.call(name)
        return call(path, *arguments, **named)

    return counted


def _open(faults: Faults) -> Any:
    real = io.open

    def opened(path: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if not faults.concerns(path) or not set(mode) & set("wxa"):
            return real(path, mode, *arguments, **named)
        assert "b" in mode, "a file that is written as text"
        faults.call("open")
        return io.BufferedWriter(_File(path, mode, faults))

    return opened


class _File(io.FileIO):
    def __init__(self, path: Any, mode: str, faults: Faults) -> None:
        super().__init__(path, mode)
        self.faults = faults

    def write(self, content: Any) -> int:
        try:
            self.faults.call("write")
        except BaseException:
            super().write(memoryview(content)[: len(content) // 2])
            raise
        return super().write(content)
