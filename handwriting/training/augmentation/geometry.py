"""Rotation, shear, scale, shift and elastic distortion as one map, by which each image is sampled once.

A pixel at p = (row, column) of the changed image, relative to the centre c, is taken from the original's point

    source(p) = c - shift + A p + sum over knots k of d_k w_k(p)

    A      = [[1/s_h, 0], [0, 1/s_w]] [[1, 0], [tan(shear), 1]] [[cos(angle), sin(angle)], [-sin(angle), cos(angle)]]
    w_k(p) = e_k(p) / sqrt(sum over j of e_j(p)^2)        e_k(p) = exp(-|p - q_k|^2 / (2 sigma^2))

with the random displacement d_k at the knot q_k of a coarse grid. That is about what P. Simard, D. Steinkraus and
J. Platt ("Best practices for convolutional neural networks applied to visual document analysis", 2003) obtain by
smoothing a random displacement at each pixel with a Gaussian. As the squares of the weights sum to 1, it has the
standard deviation of the d_k everywhere. For all images together the map is one matrix product, coefficients @ basis.
"""

import math
from functools import lru_cache

import numpy as np

from handwriting.interfaces import Floats

MARGIN = 2
"""Pixels of background around an image; all points outside are taken from there."""


def inverse_matrices(angles: Floats, shears: Floats, scales: Floats) -> Floats:
    """Return A (2, 2, n), from the changed image to the original.

    `angles` (n,), anticlockwise, and `shears` (n,), to the right, are in radians; `scales` (2, n) are s_h and s_w.
    """
    cosine, sine, slope = np.cos(angles), np.sin(angles), np.tan(shears)
    return np.stack([
        np.stack([cosine / scales[0], sine / scales[0]]),
        np.stack([(slope * cosine - sine) / scales[1], (slope * sine + cosine) / scales[1]]),
    ])  # fmt: skip


def source_points(
    shape: tuple[int, int], matrices: Floats, shifts: Floats, displacements: Floats, sigma: float
) -> Floats:
    """Return the sources of all pixels in the original, rows and columns (2, n, height * width).

    `matrices` (2, 2, n) are A; `shifts` (2, n) are in pixels, down and to the right; `displacements` (2, n, knots) are
    d_k in pixels, for as many knots as `knot_counts` says, or none.
    """
    n = shifts.shape[1]
    centre = [(side - 1) / 2 for side in shape]
    coefficients = np.empty((2, n, 3 + displacements.shape[2]), np.float32)
    coefficients[..., 0] = np.reshape(centre, (2, 1)) - shifts
    coefficients[..., 1:3] = matrices.transpose(0, 2, 1)
    coefficients[..., 3:] = displacements
    basis = _basis(*shape, sigma, displacements.shape[2])
    return (coefficients.reshape(2 * n, -1) @ basis).reshape(2, n, -1)


def knot_counts(shape: tuple[int, int], sigma: float) -> tuple[int, int]:
    """Return the number of knots along each axis: 1.5 sigma apart, and up to 1 sigma outside the image."""
    rows, columns = (math.ceil((side + 2 * sigma) / (1.5 * sigma)) for side in shape)
    return rows, columns


@lru_cache(maxsize=8)
def _basis(height: int, width: int, sigma: float, knots: int) -> Floats:
    """Return the functions 1, row, column and w_k at each pixel: (3 + knots, height * width)."""
    rows, columns = (np.arange(side) - (side - 1) / 2 for side in (height, width))
    grid = np.meshgrid(rows, columns, indexing="ij")
    affine = np.stack([np.ones((height, width)), *grid]).reshape(3, -1)
    if not knots:
        return affine.astype(np.float32)
    down, right = knot_counts((height, width), sigma)
    weights = np.einsum("iy,jx->ijyx", _weights(rows, down, sigma), _weights(columns, right, sigma)).reshape(knots, -1)
    return np.concatenate([affine, weights]).astype(np.float32)


def _weights(positions: Floats, knots: int, sigma: float) -> Floats:
    """Return w_k along one axis: (knots, positions). Their products along both axes are the w_k of the plane."""
    centres = 1.5 * sigma * (np.arange(knots) - (knots - 1) / 2)
    weights = np.exp(-((positions - centres[:, None]) ** 2) / (2 * sigma**2))
    return weights / np.sqrt((weights**2).sum(axis=0))


def sample(padded: Floats, points: Floats) -> Floats:
    """Return images (n, height, width) with the values at `points` (2, n, height * width), interpolated bilinearly.

    At row r + u and column c + v, with u and v from 0 to 1, the value of an image x is

        (1 - u) ((1 - v) x[r, c] + v x[r, c + 1]) + u ((1 - v) x[r + 1, c] + v x[r + 1, c + 1])

    `padded` (n, ...) has `MARGIN` pixels of background on all sides; `points` are overwritten.
    """
    n, rows, columns = padded.shape
    points += MARGIN
    np.clip(points[0], 0, rows - 1.01, out=points[0])
    np.clip(points[1], 0, columns - 1.01, out=points[1])
    corner = np.floor(points)
    points -= corner
    down, right = points  # u and v
    offset = corner[0] * columns
    offset += corner[1]
    offset += np.arange(0, n * rows * columns, rows * columns, dtype=np.float32)[:, None]
    position, flat = offset.astype(np.intp), padded.reshape(-1)

    def values(step: int) -> Floats:
        return flat[step:].take(position, mode="clip")

    above = _interpolate(values(0), values(1), right)
    below = _interpolate(values(columns), values(columns + 1), right)
    return _interpolate(above, below, down).reshape(n, rows - 2 * MARGIN, columns - 2 * MARGIN)


def _interpolate(one: Floats, other: Floats, fraction: Floats) -> Floats:
    """Return one + fraction (other - one), in the array `other`."""
    other -= one
    other *= fraction
    other += one
    return other
