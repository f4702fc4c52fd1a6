"""Flaws of pens, paper and cameras, applied in place to images float32 (n, height, width), 0 to 255."""

import numpy as np

from handwriting.interfaces import Floats

SMALLEST, LARGEST = 2, 6
"""Sides of the covered rectangles, in pixels."""


def occlude(images: Floats, probability: float, rng: np.random.Generator) -> None:
    """Cover a rectangle of some images, each chosen with this probability, with background."""
    chosen = np.flatnonzero(rng.random(len(images)) < probability)
    sides = rng.integers(SMALLEST, LARGEST, size=(len(chosen), 2), endpoint=True)
    corners = rng.integers(0, np.subtract(images.shape[1:], sides), endpoint=True)
    for number, (top, left), (height, width) in zip(chosen, corners, sides, strict=True):
        images[number, top : top + height, left : left + width] = 0


def fade(images: Floats, amounts: Floats) -> None:
    """Reduce the brightness of each image by the fraction `amounts` (n,)."""
    images *= 1 - amounts[:, None, None]


def add_noise(images: Floats, deviations: Floats, rng: np.random.Generator) -> None:
    """Add Gaussian noise of standard deviations (n,), as fractions of full brightness; none to images below 0."""
    noisy = deviations > 0
    size = (np.count_nonzero(noisy), *images.shape[1:])
    noise = rng.standard_normal(size, dtype=np.float32) * (255 * deviations[noisy, None, None])
    images[noisy] = np.clip(images[noisy] + noise, 0, 255)
