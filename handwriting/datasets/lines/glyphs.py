"""Glyphs: the digits and signs that lines are written with, cut out of images of 28x28 pixels."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.non_digits import kinds
from handwriting.datasets.strokes import Strokes
from handwriting.datasets.strokes.rendering import render
from handwriting.interfaces import Examples, Images

SIGN = 10
"""The class of all that is no digit."""
DRAWN = 6000
"""Digits that are drawn, beside those that people wrote."""
DRAWN_SEED = 2
"""Of digits that are in neither set of the dataset `strokes`."""
SIGNS = 3000


@dataclass(frozen=True)
class Glyphs:
    """Images uint8 (n, 28, 28) of digits and signs, ordered by class, and where each of the 11 classes starts."""

    images: Images
    starts: NDArray[np.intp]
    classes: ClassVar[int] = SIGN + 1

    def choose(self, characters: NDArray[np.intp], rng: np.random.Generator) -> Images:
        """Return a random image of each of the `characters` (n,), from 0 to `SIGN`."""
        return self.images[rng.integers(self.starts[characters], self.starts[characters + 1])]


def glyphs_of(written: Examples) -> Glyphs:
    """Return the `written` digits (classes 0 to 9), some that are drawn, and signs."""
    rng = np.random.default_rng(0)
    drawn = list(Strokes.draw(DRAWN, DRAWN_SEED))
    signs = (render(kinds.signs(SIGNS, rng)) * 255).astype(np.uint8)
    images = np.concatenate([written.images, *(chunk.images for chunk in drawn), signs])
    labels = np.concatenate([written.labels, *(chunk.labels for chunk in drawn), np.full(SIGNS, SIGN, np.uint8)])
    order = np.argsort(labels, kind="stable")
    return Glyphs(images[order], np.searchsorted(labels[order], np.arange(Glyphs.classes + 1)))
