"""Foreign: pictures of what is no digit, so that a network learns to say so; all of them one class, `NON_DIGIT`.

signs.py     letters and signs, as pen paths
kinds.py     what is written: pairs and pieces of digits, signs, scribbles
blots.py     what is not: blots, spots, grain
drawing.py   all of this, for so many pictures from a seed

To learn with such pictures is outlier exposure (Hendrycks, Mazeika and Dietterich 2019), here with a class of their
own, because that class's confidence is what a reader of whole numbers wants to know of every piece: is it one digit?
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from handwriting.datasets.drawn import Drawn
from handwriting.datasets.non_digits import drawing
from handwriting.datasets.strokes import SOURCES
from handwriting.interfaces import NON_DIGIT, Examples


@dataclass(frozen=True)
class NonDigits(Drawn):
    """What is no digit, drawn from a `seed`: to be learnt beside digits, as in --dataset mnist+non-digits."""

    name: ClassVar[str] = "non-digits"
    sources: ClassVar[tuple[str, ...]] = (
        *SOURCES, *(f"non_digits/{name}.py" for name in ("signs", "kinds", "blots", "drawing")),
    )  # fmt: skip
    class_names: ClassVar[tuple[str, ...]] = (NON_DIGIT,)

    def draw(self, count: int, split: int) -> Iterator[Examples]:
        """Yield pictures of all kinds, in a random order."""
        return drawing.draw(count, self.seed, split)
