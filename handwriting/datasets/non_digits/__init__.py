"""Non-digits: images that show no digit, all of one class, so that a network learns to reject them.

Training on such examples is outlier exposure (D. Hendrycks, M. Mazeika and T. Dietterich, "Deep anomaly detection with
outlier exposure", 2019), here with a class of their own: its confidence tells whether a part of a number is one digit.

In: a seed. Out: images (n, 28, 28), prepared as the digits of `strokes` are.

signs.toml  letters and other signs, as pen paths
kinds.py    what a pen writes: several digits, parts of digits, signs, scribbles
blots.py    what no pen writes: blots, spots and grain
drawing.py  all of this: images from a seed
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
    """Non-digits drawn from a `seed`, to be trained on beside digits: --dataset mnist+non-digits."""

    name: ClassVar[str] = "non-digits"
    sources: ClassVar[tuple[str, ...]] = (
        *SOURCES, *(f"non_digits/{name}" for name in ("signs.toml", "kinds.py", "blots.py", "drawing.py")),
    )  # fmt: skip
    class_names: ClassVar[tuple[str, ...]] = (NON_DIGIT,)

    def draw(self, count: int, split: int) -> Iterator[Examples]:
        """Yield non-digits in chunks, all kinds in random order."""
        return drawing.draw(count, self.seed, split)
