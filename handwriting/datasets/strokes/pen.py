"""The pen: draws the strokes of many digits at once, without stairs.

A segment from a to b, drawn with a round pen of radius r, covers every point nearer to it than r. The place of the
segment nearest to p, the centre of a pixel, is a + t (b - a), with

    t = clip((p - a) . (b - a) / |b - a|^2, 0, 1)        distance = |p - a - t (b - a)|

and the pixel, a square of side 1, is covered about as far as its centre lies inside the edge of the ink:

    coverage = clip(r - distance + 1/2, 0, 1)

This is exact for a straight edge along the pixels, and off by less than 0.05 in any other direction. A digit's ink is
the greatest coverage over its segments.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.framing import BOX
from handwriting.datasets.strokes.hands import Writing

LIFTED = np.float32(-1e3)
"""A radius that leaves no ink."""


def draw(writing: Writing) -> NDArray[np.float32]:
    """Return the ink (n, BOX, BOX), 0 to 1, of digits in pixels; column j slices x from j to j + 1."""
    # The digits come last: NumPy then runs over long rows of memory, and only the segments are a loop of Python.
    points = np.ascontiguousarray(writing.points.transpose(1, 2, 0))
    radii = np.where(writing.pen_down, (writing.radii[:, 1:] + writing.radii[:, :-1]) / 2, LIFTED).T
    depth = np.full((BOX, BOX, points.shape[2]), LIFTED)  # how far inside the ink each pixel's centre lies
    for start, end, radius in zip(points[:-1], points[1:], radii, strict=True):
        np.maximum(depth, radius - _distance(start, end), out=depth)
    return np.ascontiguousarray(np.clip(depth + np.float32(0.5), 0, 1).transpose(2, 0, 1))


def _distance(start: NDArray[np.float32], end: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distance (BOX, BOX, n) of every pixel from one segment of each digit; `start`, `end` are (2, n)."""
    centres = np.arange(BOX, dtype=np.float32)[:, None] + np.float32(0.5)
    x, y = centres - start[0], centres - start[1]  # p - a, (BOX, n) each: x by column, y by row
    along = end - start
    per_length = along / np.maximum((along * along).sum(axis=0), np.float32(1e-12))
    t = np.clip((y * per_length[1])[:, None] + x * per_length[0], 0, 1)
    return np.sqrt((x - t * along[0]) ** 2 + (y[:, None] - t * along[1]) ** 2)
