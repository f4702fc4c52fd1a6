"""Fog: a cloud in front of the image, drawn by midpoint displacement (Fournier, Fussell and Carpenter 1982)."""

import numpy as np

from handwriting.interfaces import Floats

THICKNESS = 3.0
"""Brightness of the thickest fog; that of white ink is 1."""
SIZE = 256
"""Side of the cloud in pixels, a power of 2."""
DECAY = 1.4**2
"""Factor by which displacements decrease when the distance between points is halved."""


def fog(x: Floats, rng: np.random.Generator) -> Floats:
    """Put a corner of a cloud in front of each image, and restore its largest brightness."""
    height, width = x.shape[1:]
    lightest = x.max(axis=(1, 2), keepdims=True)
    foggy = np.stack([image + THICKNESS * _cloud(rng)[:height, :width] for image in x])
    return foggy * (lightest / (lightest + THICKNESS))


def _cloud(rng: np.random.Generator) -> Floats:
    """Return a cloud (SIZE, SIZE), 0 to 1, whose left and upper edges continue the right and lower ones.

    Points are added at half the distance each time: each is the mean of the four around it, displaced randomly.
    """
    cloud = np.zeros((SIZE, SIZE), np.float32)
    step, displacement = SIZE, 1.0

    def displaced(sum_of_four: Floats) -> Floats:
        return sum_of_four / 4 + displacement * (2 * rng.random(sum_of_four.shape, np.float32) - 1)

    while step >= 2:
        half = step // 2
        corners, centres = cloud[::step, ::step], cloud[half::step, half::step]
        centres[...] = displaced(_pairs(_pairs(corners, 0, -1), 1, -1))
        cloud[::step, half::step] = displaced(_pairs(corners, 1, -1) + _pairs(centres, 0, 1))
        cloud[half::step, ::step] = displaced(_pairs(corners, 0, -1) + _pairs(centres, 1, 1))
        step, displacement = half, displacement / DECAY
    cloud -= cloud.min()
    return cloud / cloud.max()


def _pairs(grid: Floats, axis: int, by: int) -> Floats:
    """Return the sum of each point and its neighbour along the axis, before it (by 1) or behind it (by -1)."""
    return grid + np.roll(grid, by, axis)
