"""Glyphs: the digits and signs that lines are written with, cut out of images of 28x28 pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.non_digits import kinds
from handwriting.datasets.strokes import Strokes
from handwriting.datasets.strokes.paths import load_paths, read_glyphs
from handwriting.datasets.strokes.rendering import render
from handwriting.datasets.strokes.writing import Writing, write
from handwriting.interfaces import Examples, Images

SIGN = 10
"""The class of all that is no digit."""
STROKES, CONTINENTAL, SIGNS = 20_000, 32_000, 3_000
"""Numbers of digits in the forms of `strokes`, of others in continental forms, and of signs."""
STROKES_SEED = 2
"""Of digits that are in neither set of the dataset `strokes`."""
CONTINENTAL_FORMS = "lines/continental.toml"


@dataclass(frozen=True)
class Glyphs:
    """Images uint8 (n, 28, 28) of digits and signs, ordered by class, and where each of the 11 classes starts."""

    images: Images
    starts: NDArray[np.intp]

    def choose(self, characters: NDArray[np.intp], rng: np.random.Generator) -> Images:
        """Return a random image of each of the `characters` (n,), from 0 to `SIGN`."""
        return self.images[rng.integers(self.starts[characters], self.starts[characters + 1])]


def glyphs_of(written: Examples) -> Glyphs:
    """Return the `written` digits (classes 0 to 9), some in the forms of pen paths, and signs."""
    rng = np.random.default_rng(0)
    parts = [written, *Strokes.draw(STROKES, STROKES_SEED), _continental(rng)]
    parts.append(_rendered(kinds.signs(SIGNS, rng), np.full(SIGNS, SIGN)))
    images, labels = (np.concatenate(arrays) for arrays in zip(*((p.images, p.labels) for p in parts), strict=True))
    order = np.argsort(labels, kind="stable")
    return Glyphs(images[order], np.searchsorted(labels[order], np.arange(SIGN + 2)))


def _continental(rng: np.random.Generator) -> Examples:
    digits = np.array([int(digit) for digit in read_glyphs(CONTINENTAL_FORMS)])
    characters = rng.integers(0, len(digits), CONTINENTAL)
    return _rendered(write(characters, rng, load_paths(CONTINENTAL_FORMS)), digits[characters])


def _rendered(writing: Writing, labels: NDArray[np.intp]) -> Examples:
    return Examples(np.rint(render(writing) * 255).astype(np.uint8), labels.astype(np.uint8))
