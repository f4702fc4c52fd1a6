"""A process that has imported all of hwr, and forks a child for each command that a test runs.

Starting Python and importing NumPy, SciPy and hwr takes longer than most commands of the tests. A forked child is a
process of its own, with its own streams, environment and folder, like one that was started by a shell.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

LIBRARIES = ("PIL.Image", "filelock", "requests", "rich.live", "rich.progress", "rich.table", "safetensors.numpy",
             "scipy.ndimage", "threadpoolctl")  # fmt: skip

ROOT = Path(__file__).parents[2]


def run(
    arguments: Sequence[str], stdin: bytes, environment: Mapping[str, str], folder: Path, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Run `hwr` with these arguments in a new process and return its exit status and what it wrote."""
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        streams[0].write(stdin)
        streams[0].seek(0)
        status = run_with([stream.fileno() for stream in streams], arguments, environment, folder, seconds)
        return subprocess.CompletedProcess(list(arguments), status, _content(streams[1]), _content(streams[2]))


def run_with(
    streams: Sequence[int], arguments: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float
) -> int:
    """Run `hwr` with these standard streams in a new process and return its exit status."""
    request = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(seconds)
        connection.connect(_address())
        socket.send_fds(connection, [b"\n"], list(streams))
        connection.sendall(json.dumps(request).encode() + b"\n")
        return int(connection.makefile("rb").readline())


@cache
def _address() -> str:
    """Start the process, once for each process of pytest, and return where it listens."""
    folder = Path(tempfile.mkdtemp(prefix="hwr-warm-"))
    process = subprocess.Popen(
        [sys.executable, __file__, folder / "socket"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    atexit.register(_end, process, folder)
    assert process.stdout is not None
    process.stdout.readline()  # written once it listens
    return str(folder / "socket")


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Close the standard input of the process, which ends it."""
    process.communicate()
    shutil.rmtree(folder, ignore_errors=True)


def _content(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read()


def serve(address: str) -> None:
    """Import everything, then answer requests until standard input ends."""
    for library in LIBRARIES:
        importlib.import_module(library)
    package = importlib.import_module("handwriting")
    for module in pkgutil.walk_packages(package.__path__, "handwriting."):
        importlib.import_module(module.name)
    gc.freeze()  # else a child that ends visits, and so copies, all objects of these modules
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    print("ready", flush=True)
    while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _answer(connection)
        connection.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _answer(connection: socket.socket) -> None:
    """Run the command in a child, and send its exit status."""
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
    request = json.loads(connection.makefile("rb").readline())
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    connection.close()
    _become_hwr(descriptors, **request)


def _become_hwr(descriptors: Sequence[int], arguments: list[str], environment: dict[str, str], folder: str) -> None:
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  they stay open to the end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["hwr", *arguments]
    sys.path[1:1] = [folder for folder in environment.get("PYTHONPATH", "").split(os.pathsep) if folder]
    from handwriting.cli.main import main

    main()


if __name__ == "__main__":
    serve(sys.argv[1])
