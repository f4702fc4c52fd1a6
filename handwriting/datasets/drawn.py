"""The base class of datasets that the package draws itself: drawn once from a seed, then kept in a file.

    32 bytes                 SHA-256 of the source files that draw and of everything that follows
    count x 28 x 28 bytes    the images, training set first
    count bytes              their labels

So the checksum fails for a file that is damaged and for one that another version has drawn.
"""

import hashlib
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from handwriting.errors import DataError, SettingError
from handwriting.interfaces import Dataset, Examples, Floats, Labels, Notice, Progress, Splits
from handwriting.system import storage

PIXELS = 28 * 28
DIGEST = 32
"""Bytes of a SHA-256 digest."""


@dataclass(frozen=True)
class Drawn(Dataset):
    """`train_count` images for training and `test_count` for testing; the same `seed` gives the same images."""

    train_count: int = 20_000
    test_count: int = 4_000
    seed: int = 0
    name: ClassVar[str]
    """Its name in messages and at the start of file names."""
    folders: ClassVar[tuple[str, ...]]
    """The folders of this package whose files say how to draw them."""
    class_names: ClassVar[tuple[str, ...]]
    chunk_size: ClassVar[int]
    """The number of images that `draw_chunk` draws."""

    def __post_init__(self) -> None:
        if min(self.train_count, self.test_count) < 1 or self.seed < 0:
            raise SettingError(f"{self.name} needs at least 1 training and 1 test image, and a seed from 0 on")

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
        for number, start in enumerate(range(0, count, cls.chunk_size)):
            ink, labels = cls.draw_chunk(np.random.default_rng([*seed, number]), material)
            yield Examples(np.rint(ink * 255).astype(np.uint8), labels)[: count - start]

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
        material = self.material(folder)
        train = self.draw(self.train_count, self.seed, 0, material=material)
        test = self.draw(self.test_count, self.seed, 1, material=material)
        for chunk in chain(train, test):
            images += chunk.images.tobytes()
            labels += chunk.labels.tobytes()
            yield Progress(f"drawing {self.name}", len(labels), total, unit="images")
        content = images + labels
        with storage.replacing(self._path(folder)) as file:
            file.write(self._digest(content))
            file.write(content)

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
        sources = sorted(path for folder in self.folders for path in (here.parent / folder).iterdir() if path.is_file())
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in (here, *sources)))
        digest.update(content)
        return digest.digest()
