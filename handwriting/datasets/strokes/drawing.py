"""Draws labelled images of digits from a seed."""

from collections.abc import Iterator

import numpy as np

from handwriting.datasets.strokes.rendering import render
from handwriting.datasets.strokes.writing import write
from handwriting.interfaces import Examples

CLASSES = 10
CHUNK = 50
"""Digits drawn at a time; larger arrays are slower, since each needs new memory from the operating system."""


def draw(count: int, *seed: int) -> Iterator[Examples]:
    """Yield `count` digits in chunks; the classes are shuffled, and their sizes differ by one at most.

    The images depend on `seed` alone: a smaller `count` gives the first images of a larger one.
    """
    for number, start in enumerate(range(0, count, CHUNK)):
        rng = np.random.default_rng([*seed, number])
        digits = rng.permuted(np.tile(np.arange(CLASSES), (CHUNK // CLASSES, 1)), axis=1).ravel()
        ink = render(write(digits, rng))
        yield Examples(np.rint(ink * 255).astype(np.uint8), digits.astype(np.uint8))[: count - start]
