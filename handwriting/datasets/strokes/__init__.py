"""Strokes: digits that the package draws itself, for use without MNIST and to show what a digit is made of.

In: a seed. Out: images (n, 28, 28) prepared as MNIST's are, and their labels.

glyphs.toml   the forms in which people write each digit, as pen paths
paths.py      pen paths as arrays: control points, and the splines through them
writing.py    random handwriting: every character in a random glyph and style
rendering.py  strokes become images: an anti-aliased pen, a box of 20x20 pixels, centred by mass
drawing.py    all of this: labelled images from a seed
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from handwriting.datasets.drawn import Drawn
from handwriting.datasets.strokes import drawing
from handwriting.interfaces import Examples

SOURCES = tuple(f"strokes/{name}" for name in ("glyphs.toml", "paths.py", "writing.py", "rendering.py", "drawing.py"))


@dataclass(frozen=True)
class Strokes(Drawn):
    """Digits drawn from a `seed`: the same seed gives the same images."""

    name: ClassVar[str] = "strokes"
    sources: ClassVar[tuple[str, ...]] = SOURCES
    class_names: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def draw(self, count: int, split: int) -> Iterator[Examples]:
        """Yield digits in chunks, the classes shuffled and balanced."""
        return drawing.draw(count, self.seed, split)
