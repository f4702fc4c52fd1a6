"""Fog: a cloud before the picture, drawn by midpoint displacement (Fournier, Fussell and Carpenter 1982)."""

import numpy as np

from handwriting.interfaces import Floats

THICKNESS = 3.0
"""Light of the thickest fog, where white ink has 1."""
SIZE = 256
"""Pixels along each side of the cloud, a power of 2; its lightest place is somewhere in it."""
CALMING = 1.4**2
"""Factor by which displacements get smaller when points come twice as close."""


def fog(x: Floats, rng: np.random.Generator) -> Floats:
    """Put a corner of a cloud in front of each picture, and make it as dark again as it was."""
    height, width = x.shape[1:]
    lightest = x.max(axis=(1, 2), keepdims=True)
    foggy = np.stack([picture + THICKNESS * _cloud(rng)[:height, :width] for picture in x])
    return foggy * (lightest / (lightest + THICKNESS))


def _cloud(rng: np.random.Generator) -> Floats:
    """Return a cloud (SIZE, SIZE), 0 to 1, whose left and upper edge continue its right and lower one.

    Points come half as far apart each time: each is the mean of the four around it, displaced by chance.
    """
    cloud = np.zeros((SIZE, SIZE), np.float32)
    step, most = SIZE, 1.0

    def displaced(four: Floats) -> Floats:
        return four / 4 + most * (2 * rng.random(four.shape, np.float32) - 1)

    while step >= 2:
        half = step // 2
        corners, centres = cloud[::step, ::step], cloud[half::step, half::step]
        centres[...] = displaced(_pairs(_pairs(corners, 0, -1), 1, -1))
        cloud[::step, half::step] = displaced(_pairs(corners, 1, -1) + _pairs(centres, 0, 1))
        cloud[half::step, ::step] = displaced(_pairs(corners, 0, -1) + _pairs(centres, 1, 1))
        step, most = half, most / CALMING
    cloud -= cloud.min()
    return cloud / cloud.max()


def _pairs(grid: Floats, axis: int, by: int) -> Floats:
    """Return the sum of each point and its neighbour, before (by 1) or behind it (by -1) along the axis."""
    return grid + np.roll(grid, by, axis)
