"""Many pictures are read by several processes, since one that decodes and prepares them keeps one processor busy.

Threads would not do: most of a small picture's time is spent in Python itself, where they wait for each other.
Each process takes a few pictures at a time through a pipe of its own, in turns, so the readings come back in order, and
no more than `AHEAD` portions for each wait at any time, however many pictures there are.
"""

import pickle
import signal
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, cycle, islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from handwriting.reading.recognizer import Reading, Recognizer
from handwriting.system.thread_pool import usable_processors, use_threads

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

MANY = 500
"""From so many pictures on it pays to start processes, which takes as long as reading so many does."""
PORTION = 32
"""Pictures that go to a process at a time."""
AHEAD = 2
"""Portions that a process has got and not given back: one to work on, one to go on with."""
LARGEST_CREW = 8
"""Processes; each takes some 70 MB, and one that collects the readings of more would hold them up."""


def read_all(recognizer: Recognizer, paths: Iterable[Path]) -> Iterator[Reading]:
    """Yield what `recognizer.read` returns for each path, in order, and as soon as it is known.

    Where there are many, other processes read them. They import the main module of the program, which therefore must
    guard what it does with `if __name__ == "__main__"`.
    """
    rest = iter(paths)
    first = deque(islice(rest, MANY))
    size = min(usable_processors(), LARGEST_CREW)
    packed = _packed(recognizer) if len(first) == MANY and size > 1 else None
    if packed is None:
        yield from map(recognizer.read, chain(first, rest))
        return
    with Crew(size) as crew:
        while first and not crew.ready():  # their start is no reason to wait
            yield recognizer.read(first.popleft())
        for portion, readings in crew.read(packed, chain(first, rest)):
            # What went wrong there goes wrong here as well, and here it can be told why; else it is read here.
            yield from map(recognizer.read, portion) if readings is None else readings


class Crew:
    """Processes that read pictures, from `with` to its end."""

    def __init__(self, size: int) -> None:
        """Start `size` processes; it does not wait for them."""
        import multiprocessing  # not needed for one picture, and it takes a while to load

        context = multiprocessing.get_context("spawn")  # a fork would copy BLAS in the midst of its threads
        self._members: list[tuple[Any, Connection]] = []
        with _interrupts_held_back():
            for _ in range(size):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()  # so that the end of the process is the end of the pipe
                self._members.append((process, ours))

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process, pipe in self._members:
            pipe.close()
            process.terminate()
        for process, _ in self._members:
            process.join()

    def ready(self) -> bool:
        """Return whether all have started, or ended already."""
        return all(pipe.poll() for _, pipe in self._members)

    def read(self, packed: bytes, paths: Iterator[Path]) -> Iterator[tuple[list[Path], list[Reading] | None]]:
        """Yield portions of the pictures with their readings, in order, by a pickled recogniser.

        The readings are None where a process could not read them.
        """
        pipes = [pipe for _, pipe in self._members]
        for pipe in pipes:
            _receive(pipe)  # the word that it is ready: only then it takes so much at once
            _send(pipe, packed)
        waiting: deque[tuple[Connection, list[Path]]] = deque()
        for pipe in cycle(pipes):
            if len(waiting) == AHEAD * len(pipes):
                first, portion = waiting.popleft()
                yield portion, _receive(first)
            portion = list(islice(paths, PORTION))
            if not portion:
                break
            _send(pipe, portion)
            waiting.append((pipe, portion))
        for pipe, portion in waiting:
            yield portion, _receive(pipe)


def _packed(recognizer: Recognizer) -> bytes | None:
    """Return the recogniser as other processes take it, or None where it can't leave this one."""
    try:
        return pickle.dumps(recognizer)
    except Exception:  # a plugin's layer may hold anything, and raise anything when it is pickled
        return None


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let the processes that are started in the block leave Ctrl-C to this one, from their first moment on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # else its start, which lets interrupts through again, would come in the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _send(pipe: "Connection", what: bytes | list[Path]) -> None:
    with suppress(OSError):  # that process has ended: `_receive` will find out, too
        pipe.send(what)


def _receive(pipe: "Connection") -> list[Reading] | None:
    try:
        answer: list[Reading] | None = pipe.recv()
    except Exception:  # EOFError and OSError where the process has ended, anything where its answer is cut off
        return None
    return answer


def _work(pipe: "Connection") -> None:
    """Read portions until the pipe ends: what a process of the crew does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        import PIL.Image  # noqa: F401  with the next line all that the first picture would have to wait for
        import scipy.ndimage  # noqa: F401

        pipe.send(None)
        recognizer = pickle.loads(pipe.recv())  # this program made it
        with use_threads(1):
            while True:
                pipe.send(_readings(recognizer, pipe.recv()))
    except Exception:  # whatever it is, the pipe ends with this process, and the others' readings go on
        return


def _readings(recognizer: Recognizer, portion: Sequence[Path]) -> list[Reading] | None:
    try:
        return recognizer.read_several(portion)
    except Exception:
        return None
