"""The base class of datasets that the package draws itself: drawn once from a seed, then kept in a file.

    32 bytes                 SHA-256 of the source files that draw and of everything that follows
    count x 28 x 28 bytes    the images, training set first
    count bytes              their labels

So the checksum fails for a file that is damaged and for one that another version has drawn.
"""

import hashlib
import pickle
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from handwriting.errors import DataError
from handwriting.interfaces import Dataset, Examples, Floats, Labels, Notice, Progress, Splits
from handwriting.registry.ranges import check_at_least
from handwriting.system import storage
from handwriting.system.thread_pool import usable_processors
from handwriting.system.worker_processes import MAX_WORKERS, start_workers

PIXELS = 28 * 28
DIGEST = 32
"""Bytes of a SHA-256 digest."""
MOST_IMAGES = 1_000_000
"""Images of a set must be fewer: as many take 0.8 GB."""
LONG = 3.0
"""Seconds of drawing, on one processor, from which worker processes are worth the time that they take to start."""


@dataclass(frozen=True)
class Chunk:
    """Images that are drawn at once: the `seed` that they follow from, and their `count`."""

    seed: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Drawn(Dataset):
    """`train_count` images for training and `test_count` for testing; the same `seed` gives the same images."""

    train_count: int = 20_000
    test_count: int = 4_000
    seed: int = 0
    name: ClassVar[str]
    """Its name in messages and at the start of file names."""
    folders: ClassVar[tuple[str, ...]]
    """The folders in the package `handwriting` whose files say how to draw them."""
    class_names: ClassVar[tuple[str, ...]]
    chunk_size: ClassVar[int]
    """The number of images that `draw_chunk` draws."""

    def __post_init__(self) -> None:
        check_at_least("train_count", self.train_count, 1, below=MOST_IMAGES)
        check_at_least("test_count", self.test_count, 1, below=MOST_IMAGES)
        check_at_least("seed", self.seed, 0)

    @staticmethod
    @abstractmethod
    def draw_chunk(rng: np.random.Generator, material: Any) -> tuple[Floats, Labels]:
        """Draw ink (chunk_size, 28, 28), 0 to 1, and the labels (chunk_size,), from the dataset's `material`."""

    def material(self, folder: Path) -> Any:
        """Return what the images in `folder` are drawn from, beside random numbers; here nothing."""
        return None

    @classmethod
    def draw(cls, count: int, *seed: int, material: Any = None) -> Iterator[Examples]:
        """Yield `count` images in chunks.

        They depend on `seed` and `material` alone: a smaller `count` gives the first images of a larger one.
        """
        for chunk in _chunks(count, cls.chunk_size, seed):
            yield cls._draw(material, chunk)

    @classmethod
    def _draw(cls, material: Any, chunk: Chunk) -> Examples:
        ink, labels = cls.draw_chunk(np.random.default_rng(chunk.seed), material)
        return Examples(np.rint(ink * 255).astype(np.uint8), labels)[: chunk.count]

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Draw the images, unless they are intact in `folder`. Raises `HandwritingError` if it can't be written to."""
        if self.is_prepared(folder):  # before locking, so that the folder may be read-only
            return
        yield from storage.announce_waiting(folder)
        with storage.locked(folder):
            if not self.is_prepared(folder):  # another process may have drawn them meanwhile
                yield from self._draw_all(folder)

    def load(self, folder: Path) -> Splits:
        """Return the drawn images, read-only. Raises `DataError` if they are missing, damaged or outdated."""
        path, count = self._path(folder), self.train_count + self.test_count
        size = DIGEST + count * (PIXELS + 1)
        try:
            with path.open("rb") as file:
                stored = file.read(size + 1)  # one byte more shows whether the file is too long
        except OSError as error:
            raise DataError(f"can't read {path}: {error.strerror or error}") from error
        content = memoryview(stored)[DIGEST:]
        if len(stored) != size or stored[:DIGEST] != self._digest(content):
            raise DataError(f"{path} is damaged or was drawn by another version; prepare the dataset again")
        images = np.frombuffer(content, np.uint8, count * PIXELS).reshape(count, 28, 28)
        examples = Examples(images, np.frombuffer(content, np.uint8, offset=count * PIXELS))
        return Splits(examples[: self.train_count], examples[self.train_count :], self.class_names)

    def _draw_all(self, folder: Path) -> Iterator[Progress]:
        images, labels, total = bytearray(), bytearray(), self.train_count + self.test_count
        for chunk in self._draw_in_processes(self.material(folder)):
            images += chunk.images.tobytes()
            labels += chunk.labels.tobytes()
            yield Progress(f"drawing {self.name}", len(labels), total, unit="images")
        content = images + labels
        with storage.replacing(self._path(folder)) as file:
            file.write(self._digest(content))
            file.write(content)

    def _draw_in_processes(self, material: Any) -> Iterator[Examples]:
        """Yield the images in chunks, drawn by several processes if that takes long."""
        chunks = iter(
            (
                *_chunks(self.train_count, self.chunk_size, (self.seed, 0)),
                *_chunks(self.test_count, self.chunk_size, (self.seed, 1)),
            )
        )
        yield self._draw(material, next(chunks))  # takes longer than the others: it loads what they are drawn from
        started = time.thread_time()
        yield self._draw(material, next(chunks))
        seconds = time.thread_time() - started
        rest, workers = list(chunks), min(usable_processors(), MAX_WORKERS)
        if workers == 1 or len(rest) * seconds < LONG:
            yield from (self._draw(material, chunk) for chunk in rest)
            return
        with start_workers(workers, pickle.dumps((type(self), material))) as pool:
            for chunk, drawn in pool.map(_draw, rest, 2 * workers):
                yield self._draw(material, chunk) if drawn is None else drawn

    def is_prepared(self, folder: Path) -> bool:
        """Tell whether the images are intact in `folder`."""
        try:
            self.load(folder)
        except DataError:
            return False
        return True

    def _path(self, folder: Path) -> Path:
        return folder / f"{self.name}-{self.train_count}-{self.test_count}-seed-{self.seed}.bin"

    def _digest(self, content: bytearray | memoryview) -> bytes:
        here = Path(__file__)
        folders = (here.parents[1] / folder for folder in self.folders)
        sources = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in (here, *sources)))
        digest.update(content)
        return digest.digest()


def _chunks(count: int, size: int, seed: tuple[int, ...]) -> list[Chunk]:
    """Return the chunks of `size` images, the last one maybe smaller, that make up `count`."""
    return [Chunk((*seed, number), min(size, count - start)) for number, start in enumerate(range(0, count, size))]


def _draw(shared: tuple[type[Drawn], Any], chunk: Chunk, is_stopped: Callable[[], bool]) -> Examples:
    """Draw a chunk of a dataset in a worker process."""
    dataset, material = shared
    return dataset._draw(material, chunk)
