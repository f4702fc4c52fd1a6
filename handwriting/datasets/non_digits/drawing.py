"""Draws what is no digit from a seed: so many of each kind, prepared as the digits of `strokes` are."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.non_digits import blots, kinds
from handwriting.datasets.strokes import framing, pen
from handwriting.datasets.strokes.hands import Writing
from handwriting.interfaces import Examples

WRITTEN: dict[Callable[[int, np.random.Generator], Writing], int] = {
    kinds.pairs: 20, kinds.triples: 6, kinds.overhangs: 20, kinds.halves: 14, kinds.signs: 24, kinds.scribbles: 8,
}  # fmt: skip
SPILT: dict[Callable[[int, np.random.Generator], NDArray[np.float32]], int] = {
    blots.blots: 4, blots.spots: 2, blots.grain: 2,
}  # fmt: skip
"""How many of each kind there are in a chunk."""
CHUNK = sum(WRITTEN.values()) + sum(SPILT.values())


def draw(count: int, *seed: int) -> Iterator[Examples]:
    """Yield `count` pictures of what is no digit, chunk by chunk; what is drawn depends on `seed` alone."""
    for number, start in enumerate(range(0, count, CHUNK)):
        rng = np.random.default_rng([*seed, number])
        yield _chunk(rng)[: count - start]


def _chunk(rng: np.random.Generator) -> Examples:
    written = [framing.centred(pen.draw(framing.fitted(write(many, rng)))) for write, many in WRITTEN.items()]
    spilt = [spill(many, rng) for spill, many in SPILT.items()]
    ink = rng.permutation(np.concatenate([*written, *spilt]))
    return Examples(np.rint(ink * 255).astype(np.uint8), np.zeros(CHUNK, np.uint8))
