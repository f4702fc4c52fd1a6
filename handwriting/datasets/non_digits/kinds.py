"""Non-digits that a pen has written, kind by kind: several digits at once, parts of digits, signs, scribbles.

Most of them are what is left of a number that has been cut in the wrong place.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.paths import load_paths
from handwriting.datasets.strokes.writing import Writing, write

SIGNS = "non_digits/signs.toml"
GAP = (-0.12, 0.3)
"""Range of the gap between two digits, in heights; below 0 they overlap."""
HALVES = {0: "lr", 2: "lr", 3: "l", 4: "l", 5: "lr", 6: "r", 7: "l", 8: "l", 9: "l"}
"""The halves, left and right, that do not resemble a digit; the right half of an 8, for one, resembles a 3."""
KEPT = (0.3, 0.5)
"""Range of the fraction of its width that is left of a cut digit."""
VISIBLE = 0.2
"""Least width, in heights, that is left of a cut neighbour, unless it is narrower: it must be visible."""
TURNS, STEPS = 9, 160
"""Factor on the curvature of scribbles, and number of their samples."""


def signs(n: int, rng: np.random.Generator) -> Writing:
    """Write letters, lines, crossings and other signs."""
    paths = load_paths(SIGNS)
    return write(rng.integers(0, paths.characters[-1] + 1, n), rng, paths)


def pairs(n: int, rng: np.random.Generator) -> Writing:
    """Write two digits side by side, apart, touching or overlapping."""
    return beside(_digits(n, rng), _digits(n, rng), rng)


def triples(n: int, rng: np.random.Generator) -> Writing:
    """Write three digits in a row."""
    return beside(pairs(n, rng), _digits(n, rng), rng)


def halves(n: int, rng: np.random.Generator) -> Writing:
    """Write the left or right half of a digit."""
    choices = np.array([(digit, side == "l") for digit, sides in HALVES.items() for side in sides])
    digits, left = choices[rng.integers(0, len(choices), n)].T
    whole = write(digits, rng)
    low, high = _edges(whole)
    kept = (high - low) * rng.uniform(*KEPT, n)
    return clipped(whole, np.where(left, low, high - kept), np.where(left, low + kept, high))


def overhangs(n: int, rng: np.random.Generator) -> Writing:
    """Write a whole digit with a part of its left or right neighbour."""
    one, other = _digits(n, rng), _digits(n, rng)
    pair = beside(one, other, rng)
    low, high = _edges(pair)
    (start, end), other_width = _edges(one), np.ptp(other.points[..., 0], axis=1)
    cut_left = rng.random(n) < 0.5  # of `one`, the left digit; else the right one is cut
    width = np.where(cut_left, end - start, other_width)
    overhang = np.where(cut_left, high - other_width - low, high - end)
    removed = np.clip(width * (1 - rng.uniform(*KEPT, n)), 0, np.maximum(overhang - VISIBLE, 0))
    return clipped(pair, np.where(cut_left, low + removed, low), np.where(cut_left, high, high - removed))


def scribbles(n: int, rng: np.random.Generator) -> Writing:
    """Write scribbles: the curvature of the line is a random walk, and the pen is lifted now and then."""
    curvature = np.cumsum(rng.normal(0, 1, (n, STEPS)), axis=1) / np.sqrt(STEPS)
    direction = np.cumsum(curvature * TURNS * rng.uniform(0.5, 2, (n, 1)), axis=1) / 10
    direction += rng.uniform(0, 2 * np.pi, (n, 1))
    steps = np.stack([np.cos(direction), np.sin(direction)], axis=-1) * rng.uniform(0.02, 0.08, (n, 1, 1))
    radii = np.full((n, STEPS), 0.06) * rng.uniform(0.5, 1.8, (n, 1))
    down = rng.random((n, 1)) < np.where(rng.random((n, STEPS - 1)) < 0.02, 0.0, 1.1)
    return Writing(np.cumsum(steps, axis=1).astype(np.float32), radii.astype(np.float32), down)


def beside(one: Writing, other: Writing, rng: np.random.Generator) -> Writing:
    """Write `other` to the right of `one` with the same pen, at a slightly different height and size."""
    n = len(one.points)
    points = other.points * rng.uniform(0.8, 1.25, (n, 1, 1)).astype(np.float32)
    shift = np.stack([_edges(one)[1] - points[..., 0].min(axis=1), np.zeros(n, np.float32)], axis=-1)
    shift += np.stack([rng.uniform(*GAP, n), rng.normal(0, 0.08, n)], axis=-1).astype(np.float32)
    radii = np.broadcast_to(one.radii.mean(axis=1, keepdims=True), other.radii.shape)
    return Writing(
        np.concatenate([one.points, points + shift[:, None]], axis=1),
        np.concatenate([one.radii, radii], axis=1),
        np.concatenate([one.pen_down, np.zeros((n, 1), bool), other.pen_down], axis=1),
    )


def clipped(writing: Writing, low: NDArray[np.floating], high: NDArray[np.floating]) -> Writing:
    """Return the strokes between x = `low` and x = `high`, (n,) each; samples outside move to the first one inside."""
    x = writing.points[..., 0]
    inside = (x >= low[:, None]) & (x <= high[:, None])
    sources = np.where(inside, np.arange(x.shape[1]), inside.argmax(axis=1)[:, None])
    points = np.take_along_axis(writing.points, sources[..., None], axis=1)
    return Writing(points, writing.radii, writing.pen_down & inside[:, 1:] & inside[:, :-1])


def _digits(n: int, rng: np.random.Generator) -> Writing:
    return write(rng.integers(0, 10, n), rng)


def _edges(writing: Writing) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the lowest and the highest x, (n,) each."""
    x = writing.points[..., 0]
    return x.min(axis=1), x.max(axis=1)
