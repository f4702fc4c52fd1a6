"""How hands differ: every digit is written by another writer, who aims, bends, leans and presses in their own way.

The step from `paths` to the strokes of particular digits. The figures below were set by hand, by comparing drawn digits
with MNIST's training pictures and with how well a network that learned from the former reads the latter. They stay
where a good network misreads one digit in fifty: a digit that nobody can read teaches what is wrong. Lengths are in
heights of a digit, and "spread" is a standard deviation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.paths import HEIGHT, SAMPLES, Paths, all_paths

AIM = 0.03
"""How far from its place a control point lands: spread, for a writer of middling care."""
CARE = (0.3, 1.5)
"""The share of `AIM` that careful and careless writers miss by."""
HASTE = (-0.15, 0.8)
"""Below 0, the share of straight lines in the path, for angular hands; above 0, of a spline that cuts corners."""
WAVES, BEND, FREQUENCY = 3, 0.04, 3.5
"""The waves that bend the paper: how many, spread of their amplitudes and of their angular frequencies."""
ASPECT = 0.22
"""Spread of the logarithm of the factor by which a digit is widened."""
SLANT = (0.18, 0.22)
"""How far the top leans to the right: mean and spread."""
TURN = 0.07
"""By how much the whole digit is turned, in radians: spread."""
PEN = (0.073, 0.22)
"""Radius of the pen: median, and spread of its logarithm."""
THINNEST, THICKEST = 0.03, 0.13
PRESSURE = 0.25
"""By which share of it the radius swells and shrinks along the way: spread."""
ROUGHNESS = 0.1
"""By which share of it the radius differs from one sample to the next, as on rough paper: spread."""


@dataclass(frozen=True)
class Writing:
    """Digits as lines from sample to sample; each has its own strokes."""

    points: NDArray[np.float32]
    """(n, SAMPLES, 2) x to the right and y down."""
    radii: NDArray[np.float32]
    """(n, SAMPLES) of the pen, in the same unit."""
    pen_down: NDArray[np.bool_]
    """(n, SAMPLES - 1) whether there is ink between a sample and the next."""


def write(signs: NDArray[np.intp], rng: np.random.Generator, paths: Paths | None = None) -> Writing:
    """Write the signs (n,), each in a way and by a hand of its own; they are about 1 high.

    They are those of `paths`, by default digits.
    """
    paths = paths or all_paths()
    ways = _choose(signs, paths, rng)
    points = _affine(_bent(_aimed(ways, paths, rng), rng), rng)
    return Writing(points, _radii(len(signs), rng), paths.pen_down[ways])


def _choose(signs: NDArray[np.intp], paths: Paths, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw one of its ways for each sign."""
    # The shares of a sign's ways sum to 1 and the signs stand in order: their running sum passes from sign to
    # sign + 1 over the ways of `sign`. The tiny margin keeps rounding from reaching into a neighbour's ways.
    within = rng.uniform(1e-6, 1 - 1e-6, len(signs))
    return np.searchsorted(np.cumsum(paths.shares), signs + within)


def _aimed(ways: NDArray[np.intp], paths: Paths, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return points (n, SAMPLES, 2) about the origin: control points nearly hit, and joined in haste or with care."""
    # A sharp corner is two control points in one place, missed each on its own: that blunts it, or makes it a hook.
    n = len(ways)
    controls = paths.controls[ways] / HEIGHT
    controls += AIM * _uniform(rng, CARE, (n, 1, 1)) * _normal(rng, controls.shape)
    haste = _uniform(rng, HASTE, (n, 1, 1))
    angular, hasty = np.maximum(-haste, 0), np.maximum(haste, 0)
    straight, through, rounded = paths.bases
    basis = angular * straight[ways] + (1 - angular - hasty) * through[ways] + hasty * rounded[ways]
    points = basis @ controls
    return points - (points.min(axis=1, keepdims=True) + points.max(axis=1, keepdims=True)) / 2


def _bent(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Bend the paper smoothly: p + sum over waves of a sin(w . p + f), with random a, w and phase f each."""
    n = len(points)
    a = BEND * _normal(rng, (n, 1, WAVES, 2))
    w = FREQUENCY * _normal(rng, (n, 2, WAVES))
    f = _uniform(rng, (0, 2 * np.pi), (n, 1, WAVES))
    return points + (a * np.sin(points @ w + f)[..., None]).sum(axis=2)


def _affine(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Widen, lean and turn each digit."""
    n = len(points)
    width = np.exp(ASPECT * _normal(rng, (n, 1)))
    slant = SLANT[0] + SLANT[1] * _normal(rng, (n, 1))
    turn = TURN * _normal(rng, (n, 1))
    y = points[..., 1]
    x = width * points[..., 0] - slant * y  # y points down: what is high up leans to the right
    return np.stack([np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], axis=-1)


def _radii(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the pen's radius (n, SAMPLES): a pen for each writer, and a pressure that swells and shrinks as a sine."""
    pen = np.clip(PEN[0] * np.exp(PEN[1] * _normal(rng, (n, 1))), THINNEST, THICKEST)
    periods, phase = _uniform(rng, (0.3, 1.5), (n, 1)), _uniform(rng, (0, 2 * np.pi), (n, 1))
    along = np.linspace(0, 2 * np.pi, SAMPLES, dtype=np.float32)
    swell = PRESSURE * _normal(rng, (n, 1)) * np.sin(periods * along + phase)
    return pen * (1 + swell + ROUGHNESS * _normal(rng, (n, SAMPLES)))


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw from the normal distribution, cut at 2 standard deviations: beyond them nobody could read the digit."""
    return np.clip(rng.standard_normal(shape, dtype=np.float32), -2, 2)


def _uniform(rng: np.random.Generator, limits: tuple[float, float], shape: tuple[int, ...]) -> NDArray[np.float32]:
    low, high = limits
    return low + (high - low) * rng.random(shape, dtype=np.float32)
