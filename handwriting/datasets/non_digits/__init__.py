"""Non-digits: images that show no digit, all of one class, so that a network learns to reject them.

Training on such examples is outlier exposure (D. Hendrycks, M. Mazeika and T. Dietterich, "Deep anomaly detection with
outlier exposure", 2019), here with a class of their own: its confidence tells whether a part of a number is one digit.

In: a seed. Out: images (n, 28, 28), prepared as the digits of `strokes` are.

signs.toml  letters and other signs, as pen paths
kinds.py    what a pen writes: several digits, parts of digits, signs, scribbles
blots.py    what no pen writes: blots, spots and grain
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from handwriting.datasets.drawn import Drawn
from handwriting.datasets.non_digits import blots, kinds
from handwriting.datasets.strokes.rendering import render
from handwriting.interfaces import NON_DIGIT, Floats, Labels

WRITTEN = {
    kinds.pairs: 20, kinds.triples: 6, kinds.overhangs: 20, kinds.halves: 14, kinds.signs: 24, kinds.scribbles: 8,
}  # fmt: skip
BLOTS = {blots.blots: 4, blots.spots: 2, blots.grain: 2}
"""How many of each kind there are in a chunk, written by a pen and not."""


@dataclass(frozen=True)
class NonDigits(Drawn):
    """Non-digits drawn from a `seed`, to be trained on beside digits: --dataset mnist+non-digits."""

    name: ClassVar[str] = "non-digits"
    folders: ClassVar[tuple[str, ...]] = ("datasets/strokes", "datasets/non_digits")
    class_names: ClassVar[tuple[str, ...]] = (NON_DIGIT,)
    chunk_size: ClassVar[int] = sum(WRITTEN.values()) + sum(BLOTS.values())

    @staticmethod
    def draw_chunk(rng: np.random.Generator, material: None) -> tuple[Floats, Labels]:
        """Draw a fixed number of each kind, in random order."""
        images = [render(write(n, rng)) for write, n in WRITTEN.items()] + [blot(n, rng) for blot, n in BLOTS.items()]
        ink = rng.permutation(np.concatenate(images))
        return ink, np.zeros(len(ink), np.uint8)
