"""Strokes: digits drawn by the package itself, for where MNIST can't be had and for seeing what a digit is made of.

ways.py      the ways in which people write each digit, as pen paths
paths.py     paths as arrays: control points, and the curves through them
hands.py     how hands differ: aim, haste, bends, slant, pen and pressure
framing.py   a box of 20x20 and the centre of mass, as MNIST has them
pen.py       the anti-aliased pen
drawing.py   all of this, for so many digits from a seed
cache.py     the drawn digits on disk
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handwriting import storage
from handwriting.datasets.strokes import cache, drawing
from handwriting.errors import SettingError
from handwriting.interfaces import Dataset, Examples, Notice, Progress, Splits


@dataclass(frozen=True)
class Strokes(Dataset):
    """Digits drawn from a `seed`, the same ones every time: so many to learn from, so many to be judged by."""

    train_count: int = 20_000
    test_count: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises `SettingError` where there would be nothing to draw."""
        if min(self.train_count, self.test_count) < 1 or self.seed < 0:
            raise SettingError("strokes needs at least 1 training and 1 test image, and a seed from 0 on")

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Draw the digits, unless they are in `folder` already and sound.

        Raises `HandwritingError` where they can't be written there.
        """
        if self._is_prepared(folder):  # also where `folder` is read-only
            return
        with storage.locked(folder):
            if not self._is_prepared(folder):  # nobody else has drawn them meanwhile
                yield from self._draw(folder)

    def load(self, folder: Path) -> Splits:
        """Return the drawn digits. Raises `DataError` where they are missing or damaged."""
        examples = cache.read(self._path(folder), self._total)
        train, test = examples[: self.train_count], examples[self.train_count :]
        return Splits(train, test, tuple("0123456789"))

    def _draw(self, folder: Path) -> Iterator[Progress]:
        chunks: list[Examples] = []
        done = 0
        for split, count in enumerate((self.train_count, self.test_count)):
            for chunk in drawing.draw(count, self.seed, split):
                chunks.append(chunk)
                done += len(chunk)
                yield Progress("drawing digits", done, self._total, unit="images")
        images = np.concatenate([chunk.images for chunk in chunks])
        labels = np.concatenate([chunk.labels for chunk in chunks])
        cache.write(self._path(folder), Examples(images, labels))

    def _is_prepared(self, folder: Path) -> bool:
        return cache.is_sound(self._path(folder), self._total)

    def _path(self, folder: Path) -> Path:
        return folder / f"strokes-{self.train_count}-{self.test_count}-seed-{self.seed}.bin"

    @property
    def _total(self) -> int:
        return self.train_count + self.test_count
