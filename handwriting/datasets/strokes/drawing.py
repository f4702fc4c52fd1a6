"""Draws any number of digits from a seed: `hands` write them, `framing` and the `pen` make pictures of them."""

from collections.abc import Iterator

import numpy as np

from handwriting.datasets.strokes import framing, hands, pen
from handwriting.interfaces import Examples

CLASSES = 10
CHUNK = 50
"""Digits drawn at once. Arrays of more than about 128 KB cost more: the system hands out fresh memory for each."""


def draw(count: int, *seed: int) -> Iterator[Examples]:
    """Yield `count` digits, chunk by chunk; the classes are shuffled and differ by one picture at most.

    What is drawn depends on `seed` alone: fewer digits are the first ones of more.
    """
    for number, start in enumerate(range(0, count, CHUNK)):
        rng = np.random.default_rng([*seed, number])
        yield _chunk(rng)[: count - start]


def _chunk(rng: np.random.Generator) -> Examples:
    tens = np.tile(np.arange(CLASSES), (CHUNK // CLASSES, 1))
    digits = rng.permuted(tens, axis=1).ravel()
    ink = framing.centred(pen.draw(framing.fitted(hands.write(digits, rng))))
    return Examples(np.rint(ink * 255).astype(np.uint8), digits.astype(np.uint8))
