"""Flaws of pens, paper and cameras, on pictures float32 (n, height, width), 0 to 255, in place."""

import numpy as np

from handwriting.interfaces import Floats

SMALLEST, LARGEST = 2, 6
"""Pixels along each side of what covers a picture."""


def occlude(pictures: Floats, share: float, rng: np.random.Generator) -> None:
    """Cover a rectangle of some pictures, each chosen with the probability `share`, with background."""
    chosen = np.flatnonzero(rng.random(len(pictures)) < share)
    sides = rng.integers(SMALLEST, LARGEST, size=(len(chosen), 2), endpoint=True)
    corners = rng.integers(0, np.subtract(pictures.shape[1:], sides), endpoint=True)
    for number, (top, left), (height, width) in zip(chosen, corners, sides, strict=True):
        pictures[number, top : top + height, left : left + width] = 0


def fade(pictures: Floats, amounts: Floats) -> None:
    """Take from each picture the given share (n,) of its brightness."""
    pictures *= 1 - amounts[:, None, None]


def add_noise(pictures: Floats, deviations: Floats, rng: np.random.Generator) -> None:
    """Add Gaussian noise of these standard deviations (n,), shares of full brightness; none where they are below 0."""
    noisy = deviations > 0
    size = (np.count_nonzero(noisy), *pictures.shape[1:])
    noise = rng.standard_normal(size, dtype=np.float32) * (255 * deviations[noisy, None, None])
    pictures[noisy] = np.clip(pictures[noisy] + noise, 0, 255)
