"""Strokes: digits that the package draws itself, for use without MNIST and to show what a digit is made of.

In: a seed. Out: images (n, 28, 28) prepared as MNIST's are, and their labels.

glyphs.toml   the forms in which people write each digit, as pen paths
paths.py      pen paths as arrays: control points, and the splines through them
writing.py    random handwriting: every character in a random glyph and style
rendering.py  strokes become images: an anti-aliased pen, a box of 20x20 pixels, centred by mass
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from handwriting.datasets.drawn import Drawn
from handwriting.datasets.strokes.rendering import render
from handwriting.datasets.strokes.writing import write
from handwriting.interfaces import Floats, Labels

CLASSES = 10
CHUNK = 50
"""Digits drawn at a time; larger arrays are slower, since each needs new memory from the operating system."""


@dataclass(frozen=True)
class Strokes(Drawn):
    """Digits drawn from a `seed`, the classes shuffled and of equal size: the same seed gives the same images."""

    name: ClassVar[str] = "strokes"
    folders: ClassVar[tuple[str, ...]] = ("datasets/strokes",)
    class_names: ClassVar[tuple[str, ...]] = tuple("0123456789")
    chunk_size: ClassVar[int] = CHUNK

    @staticmethod
    def draw_chunk(rng: np.random.Generator, material: None) -> tuple[Floats, Labels]:
        """Draw as many digits of each class, in random order."""
        digits = rng.permuted(np.tile(np.arange(CLASSES), (CHUNK // CLASSES, 1)), axis=1).ravel()
        return render(write(digits, rng)), digits.astype(np.uint8)
