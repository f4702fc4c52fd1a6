"""Draws non-digits from a seed: a fixed number of each kind in every chunk."""

from collections.abc import Iterator

import numpy as np

from handwriting.datasets.non_digits import blots, kinds
from handwriting.datasets.strokes.rendering import render
from handwriting.interfaces import Examples

WRITTEN = {
    kinds.pairs: 20, kinds.triples: 6, kinds.overhangs: 20, kinds.halves: 14, kinds.signs: 24, kinds.scribbles: 8,
}  # fmt: skip
BLOTS = {blots.blots: 4, blots.spots: 2, blots.grain: 2}
"""How many of each kind there are in a chunk, written by a pen and not."""
CHUNK = sum(WRITTEN.values()) + sum(BLOTS.values())


def draw(count: int, *seed: int) -> Iterator[Examples]:
    """Yield `count` non-digits in chunks, with labels of 0; the images depend on `seed` alone."""
    for number, start in enumerate(range(0, count, CHUNK)):
        rng = np.random.default_rng([*seed, number])
        images = [render(write(n, rng)) for write, n in WRITTEN.items()] + [blot(n, rng) for blot, n in BLOTS.items()]
        ink = rng.permutation(np.concatenate(images))
        yield Examples(np.rint(ink * 255).astype(np.uint8), np.zeros(CHUNK, np.uint8))[: count - start]
