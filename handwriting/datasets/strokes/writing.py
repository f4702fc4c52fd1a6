"""Random handwriting: every character in a random glyph and in the style of a different writer.

The figures below were set by hand, so that drawn digits resemble MNIST's training set and a network trained on them
reads it well. Beyond them digits become illegible, and those would be wrongly labelled examples. Lengths are in heights
of a digit; "spread" is a standard deviation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.paths import HEIGHT, SAMPLES, Paths, load_paths

DISPLACEMENT = 0.03
"""Spread of the displacement of a control point, for a writer of average care."""
CARE = (0.3, 1.5)
"""Range of a writer's factor on `DISPLACEMENT`: from careful to careless."""
SMOOTHNESS = (-0.15, 0.8)
"""Range of a writer's smoothness: the weight of the B-spline, or, below 0, of straight lines."""
WAVES, AMPLITUDE, FREQUENCY = 3, 0.04, 3.5
"""The waves that distort a character: their number, and the spread of their amplitudes and angular frequencies."""
STRETCH = 0.22
"""Spread of the logarithm of the factor on the width."""
SLANT = (0.18, 0.22)
"""Mean and spread of the tangent of the slant to the right."""
ROTATION = 0.07
"""Spread of the rotation of the whole character, in radians."""
RADIUS, RADIUS_SPREAD, RADIUS_LIMITS = 0.073, 0.22, (0.03, 0.13)
"""Radius of the pen: its median, the spread of its logarithm, and its limits."""
PRESSURE = 0.25
"""Spread of the fraction by which the radius varies along the strokes."""
ROUGHNESS = 0.1
"""Spread of the fraction by which the radius differs from one sample to the next, as on rough paper."""


@dataclass(frozen=True)
class Writing:
    """The strokes of n characters, each as straight segments between samples."""

    points: NDArray[np.float32]
    """(n, samples, 2) x to the right and y down."""
    radii: NDArray[np.float32]
    """(n, samples) radius of the pen, in the unit of the points."""
    pen_down: NDArray[np.bool_]
    """(n, samples - 1) whether there is ink between a sample and the next."""


def write(characters: NDArray[np.intp], rng: np.random.Generator, paths: Paths | None = None) -> Writing:
    """Write `characters` (n,) of `paths` (default: digits), each in a random glyph and style, about 1 high."""
    paths = paths or load_paths()
    glyphs = _choose(characters, paths, rng)
    points = _transformed(_distorted(_splines(glyphs, paths, rng), rng), rng)
    return Writing(points, _radii(len(characters), rng), paths.pen_down[glyphs])


def _choose(characters: NDArray[np.intp], paths: Paths, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw a glyph for each character, by their frequencies."""
    # The frequencies of a character's glyphs sum to 1, and the characters are in order: so the cumulative sum runs from
    # c to c + 1 over the glyphs of character c. The margin of 1e-6 guards against rounding.
    within = rng.uniform(1e-6, 1 - 1e-6, len(characters))
    return np.searchsorted(np.cumsum(paths.frequencies), characters + within)


def _splines(glyphs: NDArray[np.intp], paths: Paths, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return points (n, SAMPLES, 2), centred at the origin: splines through displaced control points."""
    # The two control points of a sharp corner are displaced independently, which makes it blunt or a small hook.
    n = len(glyphs)
    controls = paths.controls[glyphs] / HEIGHT
    controls += DISPLACEMENT * _uniform(rng, CARE, (n, 1, 1)) * _normal(rng, controls.shape)
    smoothness = _uniform(rng, SMOOTHNESS, (n, 1, 1))
    angular, smooth = np.maximum(-smoothness, 0), np.maximum(smoothness, 0)
    polygon, catmull_rom, b_spline = paths.bases
    basis = angular * polygon[glyphs] + (1 - angular - smooth) * catmull_rom[glyphs] + smooth * b_spline[glyphs]
    points = basis @ controls
    return points - (points.min(axis=1, keepdims=True) + points.max(axis=1, keepdims=True)) / 2


def _distorted(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Distort the plane smoothly: p + sum over waves of a sin(w . p + f), with random vectors a, w and phase f."""
    n = len(points)
    a = AMPLITUDE * _normal(rng, (n, 1, WAVES, 2))
    w = FREQUENCY * _normal(rng, (n, 2, WAVES))
    f = _uniform(rng, (0, 2 * np.pi), (n, 1, WAVES))
    return points + (a * np.sin(points @ w + f)[..., None]).sum(axis=2)


def _transformed(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Stretch, slant and rotate each character: R(angle) @ [[stretch, -slant], [0, 1]] @ (x, y)."""
    n = len(points)
    stretch = np.exp(STRETCH * _normal(rng, (n, 1)))
    slant = SLANT[0] + SLANT[1] * _normal(rng, (n, 1))
    angle = ROTATION * _normal(rng, (n, 1))
    y = points[..., 1]
    x = stretch * points[..., 0] - slant * y  # y points down
    return np.stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], axis=-1)


def _radii(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the radii of the pen (n, SAMPLES): a pen for each character, and a pressure that varies as a sine."""
    pen = np.clip(RADIUS * np.exp(RADIUS_SPREAD * _normal(rng, (n, 1))), *RADIUS_LIMITS)
    periods, phase = _uniform(rng, (0.3, 1.5), (n, 1)), _uniform(rng, (0, 2 * np.pi), (n, 1))
    along = np.linspace(0, 2 * np.pi, SAMPLES, dtype=np.float32)
    pressure = PRESSURE * _normal(rng, (n, 1)) * np.sin(periods * along + phase)
    return pen * (1 + pressure + ROUGHNESS * _normal(rng, (n, SAMPLES)))


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw from the standard normal distribution, clipped at 2: beyond that, digits become illegible."""
    return np.clip(rng.standard_normal(shape, dtype=np.float32), -2, 2)


def _uniform(rng: np.random.Generator, limits: tuple[float, float], shape: tuple[int, ...]) -> NDArray[np.float32]:
    low, high = limits
    return low + (high - low) * rng.random(shape, dtype=np.float32)
