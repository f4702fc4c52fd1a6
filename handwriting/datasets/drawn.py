"""Datasets that the package draws itself, from a seed: drawn once, and kept in a file that is checked each time."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import ClassVar

import numpy as np

from handwriting.datasets import drawn_file
from handwriting.errors import SettingError
from handwriting.interfaces import Dataset, Examples, Notice, Progress, Splits
from handwriting.system import storage


@dataclass(frozen=True)
class Drawn(Dataset):
    """Pictures drawn from a `seed`, the same ones every time: so many to learn from, so many to be judged by."""

    train_count: int = 20_000
    test_count: int = 4_000
    seed: int = 0
    name: ClassVar[str]
    """What the file's name begins with."""
    sources: ClassVar[tuple[str, ...]]
    """The files of the code that draws, within this package."""
    class_names: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        """Raises `SettingError` where there would be nothing to draw."""
        if min(self.train_count, self.test_count) < 1 or self.seed < 0:
            raise SettingError(f"{self.name} needs at least 1 training and 1 test image, and a seed from 0 on")

    @abstractmethod
    def draw(self, count: int, split: int) -> Iterator[Examples]:
        """Yield `count` pictures, chunk by chunk, for training (`split` 0) or for the test (1)."""

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Draw the pictures, unless they are in `folder` already and sound.

        Raises `HandwritingError` where they can't be written there.
        """
        if self._is_prepared(folder):  # also where `folder` is read-only
            return
        with storage.locked(folder):
            if not self._is_prepared(folder):  # nobody else has drawn them meanwhile
                yield from self._draw_all(folder)

    def load(self, folder: Path) -> Splits:
        """Return the drawn pictures. Raises `DataError` where they are missing or damaged."""
        examples = drawn_file.read(self._path(folder), self._total, _code(self.sources))
        return Splits(examples[: self.train_count], examples[self.train_count :], self.class_names)

    def _draw_all(self, folder: Path) -> Iterator[Progress]:
        chunks: list[Examples] = []
        done = 0
        for split, count in enumerate((self.train_count, self.test_count)):
            for chunk in self.draw(count, split):
                chunks.append(chunk)
                done += len(chunk)
                yield Progress(f"drawing {self.name}", done, self._total, unit="images")
        images = np.concatenate([chunk.images for chunk in chunks])
        labels = np.concatenate([chunk.labels for chunk in chunks])
        drawn_file.write(self._path(folder), Examples(images, labels), _code(self.sources))

    def _is_prepared(self, folder: Path) -> bool:
        return drawn_file.is_sound(self._path(folder), self._total, _code(self.sources))

    def _path(self, folder: Path) -> Path:
        return folder / f"{self.name}-{self.train_count}-{self.test_count}-seed-{self.seed}.bin"

    @property
    def _total(self) -> int:
        return self.train_count + self.test_count


@cache
def _code(sources: tuple[str, ...]) -> bytes:
    package = resources.files(__package__)
    return b"".join(package.joinpath(name).read_bytes() for name in sources)
