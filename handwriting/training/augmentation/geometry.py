"""Where each pixel comes from: rotation, shear, scale, shift and an elastic field in one map, sampled once.

The field is a random number at each knot of a coarse grid, spread by a Gaussian: what Simard, Steinkraus and Platt
(Best practices for convolutional neural networks applied to visual document analysis, 2003) get from smoothing a random
number at each pixel. So a map is a few numbers a picture times the same basis for all: one matrix product.

Measured on one processor in chunks of 16, microseconds a picture: drawing 1.1, map 1.2, sampling 4.6. What did not pay:
two or four neighbours packed into one whole number, fetched at once and mixed as such (6 or more in chunks of 8), or
pairs of floats (8).
"""

import math
from functools import lru_cache

import numpy as np

from handwriting.interfaces import Floats

MARGIN = 2
"""Pixels of background around a picture, from which everything outside of it is fetched."""


def matrices(angles: Floats, leans: Floats, factors: Floats) -> Floats:
    """Return the ways back (2, 2, n), from a changed picture's row and column to the original's.

    `angles` (n,) turn anticlockwise and `leans` (n,) lean to the right, both in radians; `factors` (2, n) stretch
    height and width.
    """
    cosine, sine, lean = np.cos(angles), np.sin(angles), np.tan(leans)
    return np.stack([
        np.stack([cosine / factors[0], sine / factors[0]]),
        np.stack([(lean * cosine - sine) / factors[1], (lean * sine + cosine) / factors[1]]),
    ])  # fmt: skip


def sources(shape: tuple[int, int], back: Floats, shifts: Floats, strays: Floats, sigma: float) -> Floats:
    """Return where the pixels come from: rows and columns (2, n, height * width) in the original.

    `back` (2, 2, n) is applied around the middle; `shifts` (2, n) are pixels down and to the right; `strays`
    (2, n, knots) are the pixels by which the knots of the elastic field lie elsewhere: see `knots`.
    """
    n = shifts.shape[1]
    middle = [(side - 1) / 2 for side in shape]
    coefficients = np.empty((2, n, 3 + strays.shape[2]), np.float32)
    coefficients[..., 0] = np.reshape(middle, (2, 1)) - shifts
    coefficients[..., 1:3] = back.transpose(0, 2, 1)
    coefficients[..., 3:] = strays
    basis = _basis(*shape, sigma, strays.shape[2])
    return (coefficients.reshape(2 * n, -1) @ basis).reshape(2, n, -1)


def knots(shape: tuple[int, int], sigma: float) -> tuple[int, int]:
    """Return how many knots the elastic field has along each side.

    They are 1.5 sigma apart, which keeps its strength even within 3 %, and reach 1 sigma beyond the picture.
    """
    rows, columns = (math.ceil((side + 2 * sigma) / (1.5 * sigma)) for side in shape)
    return rows, columns


def sample(padded: Floats, points: Floats) -> Floats:
    """Return the pictures (n, height, width) with the brightness of `points` (2, n, pixels), between pixels mixed.

    `padded` (n, ...) has `MARGIN` pixels of background all around; `points` serve as scratch space.
    """
    n, rows, columns = padded.shape
    points += MARGIN
    np.clip(points[0], 0, rows - 1.01, out=points[0])
    np.clip(points[1], 0, columns - 1.01, out=points[1])
    corner = np.floor(points)
    points -= corner
    down, right = points
    first = corner[0] * columns
    first += corner[1]
    first += np.arange(0, n * rows * columns, rows * columns, dtype=np.float32)[:, None]
    place, flat = first.astype(np.intp), padded.reshape(-1)
    above = _mixed(flat.take(place, mode="clip"), flat[1:].take(place, mode="clip"), right)
    below = _mixed(flat[columns:].take(place, mode="clip"), flat[columns + 1 :].take(place, mode="clip"), right)
    return _mixed(above, below, down).reshape(n, rows - 2 * MARGIN, columns - 2 * MARGIN)


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    """Return `one` and the given share of the way to `other`, which serves as scratch space."""
    other -= one
    other *= share
    other += one
    return other


@lru_cache(maxsize=8)
def _basis(height: int, width: int, sigma: float, count: int) -> Floats:
    """Return what each coefficient of `sources` adds to each pixel: (3 + count, height * width)."""
    rows, columns = (np.arange(side) - (side - 1) / 2 for side in (height, width))
    grid = np.meshgrid(rows, columns, indexing="ij")
    plain = np.stack([np.ones((height, width)), *grid]).reshape(3, -1)
    if not count:
        return plain.astype(np.float32)
    down, right = knots((height, width), sigma)
    field = np.einsum("iy,jx->ijyx", _spread(rows, down, sigma), _spread(columns, right, sigma)).reshape(count, -1)
    return np.concatenate([plain, field]).astype(np.float32)


def _spread(places: Floats, count: int, sigma: float) -> Floats:
    """Return what each knot adds at each of `places`: (count, places), squares summing up to 1 at each place."""
    at = 1.5 * sigma * (np.arange(count) - (count - 1) / 2)
    spread = np.exp(-((places - at[:, None]) ** 2) / (2 * sigma**2))
    return spread / np.sqrt((spread**2).sum(axis=0))
