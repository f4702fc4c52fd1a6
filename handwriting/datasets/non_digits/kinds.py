"""What is no digit, kind by kind: each function writes n of a kind, as lines for the pen of `strokes`.

What a reader of whole numbers meets most often comes first: two digits at once, and pieces of one.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.non_digits.signs import SIGNS
from handwriting.datasets.strokes.hands import Writing, write
from handwriting.datasets.strokes.paths import Paths, paths_of

GAP = (-0.12, 0.3)
"""Between two digits, in heights; below 0 they overlap."""
HALVES = {0: "lr", 2: "lr", 3: "l", 4: "l", 5: "lr", 6: "r", 7: "l", 8: "l", 9: "l"}
"""The halves, left and right, that do not look like a digit themselves, as the right half of an 8 looks like a 3."""
KEPT = (0.3, 0.5)
"""Share of its width that is left of a digit, or of a neighbour."""
VISIBLE = 0.2
"""Of a neighbour so much, in heights, is seen beside a digit, if it is so wide; with less the digit is still one."""
TURNS, STEPS = 9, 160
"""Of a scribble: spread of the pen's turning, in radians a height, and places at which it is sampled."""


def signs(n: int, rng: np.random.Generator) -> Writing:
    """Letters, rules, crossings and other signs."""
    return write(rng.integers(0, len(SIGNS), n), rng, sign_paths())


def pairs(n: int, rng: np.random.Generator) -> Writing:
    """Two digits side by side, touching or overlapping."""
    return beside(_digits(n, rng), _digits(n, rng), rng)


def triples(n: int, rng: np.random.Generator) -> Writing:
    """Three digits in a row."""
    return beside(pairs(n, rng), _digits(n, rng), rng)


def halves(n: int, rng: np.random.Generator) -> Writing:
    """One side of a digit, as a cut in the wrong place leaves it."""
    known = [(digit, side == "l") for digit, sides in HALVES.items() for side in sides]
    chosen = np.array(known)[rng.integers(0, len(known), n)]
    whole = write(chosen[:, 0], rng)
    low, high = _edges(whole)
    kept = (high - low) * rng.uniform(*KEPT, n)
    is_left = chosen[:, 1].astype(bool)
    return clipped(whole, np.where(is_left, low, high - kept), np.where(is_left, low + kept, high))


def overhangs(n: int, rng: np.random.Generator) -> Writing:
    """A whole digit with a part of its neighbour, before or behind it."""
    one, other = _digits(n, rng), _digits(n, rng)
    pair = beside(one, other, rng)
    low, high = _edges(pair)
    (start, end), other_width = _edges(one), np.ptp(other.points[..., 0], axis=1)
    before = rng.random(n) < 0.5
    width = np.where(before, end - start, other_width)
    beyond = np.where(before, high - other_width - low, high - end)
    cut_off = np.clip(width * (1 - rng.uniform(*KEPT, n)), 0, np.maximum(beyond - VISIBLE, 0))
    return clipped(pair, np.where(before, low + cut_off, low), np.where(before, high, high - cut_off))


def scribbles(n: int, rng: np.random.Generator) -> Writing:
    """A pen that wanders: its direction changes as a smooth random walk."""
    turning = np.cumsum(rng.normal(0, 1, (n, STEPS)), axis=1) / np.sqrt(STEPS)
    direction = np.cumsum(turning * TURNS * rng.uniform(0.5, 2, (n, 1)), axis=1) / 10
    direction += rng.uniform(0, 2 * np.pi, (n, 1))
    steps = np.stack([np.cos(direction), np.sin(direction)], axis=-1) * rng.uniform(0.02, 0.08, (n, 1, 1))
    radii = np.full((n, STEPS), 0.06) * rng.uniform(0.5, 1.8, (n, 1))
    down = rng.random((n, 1)) < np.where(rng.random((n, STEPS - 1)) < 0.02, 0.0, 1.1)
    return Writing(np.cumsum(steps, axis=1).astype(np.float32), radii.astype(np.float32), down)


def beside(one: Writing, other: Writing, rng: np.random.Generator) -> Writing:
    """Write `other` to the right of `one`, a little higher or lower, larger or smaller, with the same pen."""
    n = len(one.points)
    points = other.points * rng.uniform(0.8, 1.25, (n, 1, 1)).astype(np.float32)
    shift = np.stack([_edges(one)[1] - points[..., 0].min(axis=1), np.zeros(n, np.float32)], axis=-1)
    shift += np.stack([rng.uniform(*GAP, n), rng.normal(0, 0.08, n)], axis=-1).astype(np.float32)
    apart = np.zeros((n, 1), bool)
    radii = np.broadcast_to(one.radii.mean(axis=1, keepdims=True), other.radii.shape)
    return Writing(
        np.concatenate([one.points, points + shift[:, None]], axis=1),
        np.concatenate([one.radii, radii], axis=1),
        np.concatenate([one.pen_down, apart, other.pen_down], axis=1),
    )


def clipped(writing: Writing, low: NDArray[np.floating], high: NDArray[np.floating]) -> Writing:
    """Return what lies between x = `low` and `high` (n,) of each; what lies outside is taken to a place inside."""
    x = writing.points[..., 0]
    inside = (x >= low[:, None]) & (x <= high[:, None])
    place = np.where(inside, np.arange(x.shape[1]), inside.argmax(axis=1)[:, None])
    points = np.take_along_axis(writing.points, place[..., None], axis=1)
    return Writing(points, writing.radii, writing.pen_down & inside[:, 1:] & inside[:, :-1])


@cache
def sign_paths() -> Paths:
    """Return the ways of writing signs as arrays; each way of a sign is met as often as its others."""
    return paths_of(
        {number: {name: (1, path) for name, path in ways.items()} for number, ways in enumerate(SIGNS.values())}
    )


def _digits(n: int, rng: np.random.Generator) -> Writing:
    return write(rng.integers(0, 10, n), rng)


def _edges(writing: Writing) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the lowest and the highest x (n,) of each."""
    x = writing.points[..., 0]
    return x.min(axis=1), x.max(axis=1)
