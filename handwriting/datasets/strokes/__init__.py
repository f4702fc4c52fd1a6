"""Strokes: digits drawn by the package itself, for where MNIST can't be had and for seeing what a digit is made of.

ways.py      the ways in which people write each digit, as pen paths
paths.py     paths as arrays: control points, and the curves through them
hands.py     how hands differ: aim, haste, bends, slant, pen and pressure
framing.py   a box of 20x20 and the centre of mass, as MNIST has them
pen.py       the anti-aliased pen
drawing.py   all of this, for so many digits from a seed
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from handwriting.datasets.drawn import Drawn
from handwriting.datasets.strokes import drawing
from handwriting.interfaces import Examples

SOURCES = tuple(f"strokes/{name}.py" for name in ("ways", "paths", "hands", "framing", "pen", "drawing"))


@dataclass(frozen=True)
class Strokes(Drawn):
    """Digits drawn from a `seed`, the same ones every time: so many to learn from, so many to be judged by."""

    name: ClassVar[str] = "strokes"
    sources: ClassVar[tuple[str, ...]] = SOURCES
    class_names: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def draw(self, count: int, split: int) -> Iterator[Examples]:
        """Yield digits, the classes shuffled and nearly even."""
        return drawing.draw(count, self.seed, split)
