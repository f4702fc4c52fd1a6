"""From the written-down paths of `ways` to numbers: control points, and the curves that a pen may draw through them.

A curve is sampled at `SAMPLES` places, and every sample is a weighted mean of four neighbouring control points. So all
samples are one product, basis (samples, points) @ controls (points, 2), and moving a control point bends the curve.
E. Catmull, R. Rom, "A class of local interpolating splines" (1974); C. de Boor, "A Practical Guide to Splines" (1978).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.ways import WAYS

SAMPLES = 48
"""Places at which a whole digit is sampled: at most about 1.5 pixels apart in the finished picture."""
HEIGHT = 10
"""Height of a digit on the grid of `ways`."""

# A sample at t = 0 ... 1 between the middle two of four control points is (1, t, t^2, t^3) @ matrix @ points.
POLYGON = np.array([[0, 1, 0, 0], [0, -1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
CATMULL_ROM = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
B_SPLINE = np.array([[1, 4, 1, 0], [-3, 0, 3, 0], [3, -6, 3, 0], [-1, 3, -3, 1]]) / 6
CURVES = (POLYGON, CATMULL_ROM, B_SPLINE)


@dataclass(frozen=True)
class Paths:
    """All ways of writing all signs, in the signs' order, padded to the one with the most control points."""

    signs: NDArray[np.intp]
    """(ways,) what is written."""
    shares: NDArray[np.float64]
    """(ways,) how often, among the ways of the same sign; they sum to 1 for each sign."""
    controls: NDArray[np.float32]
    """(ways, points, 2) x and y of the control points on the grid."""
    bases: NDArray[np.float32]
    """(3, ways, SAMPLES, points) for straight lines, for curves through the points, for curves that round them off."""
    pen_down: NDArray[np.bool_]
    """(ways, SAMPLES - 1) whether the pen touches the paper between a sample and the next."""


@cache
def all_paths() -> Paths:
    """Return the ways of writing digits as arrays."""
    return paths_of(WAYS)


def paths_of(signs: Mapping[int, Mapping[str, tuple[float, str]]]) -> Paths:
    """Return as arrays the ways of writing `signs`: numbers from 0 on, each with its ways as `WAYS` has them."""
    numbers = np.array([sign for sign, ways in signs.items() for _ in ways])
    weights, written = zip(*(way for ways in signs.values() for way in ways.values()), strict=True)
    paths = [parse(path) for path in written]
    points = max(sum(map(len, strokes)) for strokes in paths)
    counts = [_samples(strokes) for strokes in paths]
    return Paths(
        signs=numbers,
        shares=np.array(weights) / np.bincount(numbers, weights)[numbers],
        controls=np.stack([_padded(np.concatenate(strokes), 0, points) for strokes in paths]),
        bases=np.stack([_padded(_bases(*both), 2, points) for both in zip(paths, counts, strict=True)], axis=1),
        pen_down=np.stack([~np.isin(np.arange(1, SAMPLES), np.cumsum(count)) for count in counts]),
    )


def parse(path: str) -> list[NDArray[np.float32]]:
    """Return the strokes of a path, each an array (points, 2); a sharp corner stands there twice."""
    return [_parse_stroke(stroke.split()) for stroke in path.split("/")]


def _parse_stroke(words: list[str]) -> NDArray[np.float32]:
    points: list[list[float]] = []
    for word in words:
        point = [float(number) for number in word.rstrip("!").split(",")]
        points += [point] * (2 if word.endswith("!") else 1)
    return np.array(points, dtype=np.float32)


def _samples(strokes: list[NDArray[np.float32]]) -> NDArray[np.intp]:
    """Return how many of the samples each stroke gets, by its length."""
    lengths = np.cumsum([_chords(stroke).sum() for stroke in strokes])
    return np.diff(np.rint(lengths / lengths[-1] * SAMPLES).astype(np.intp), prepend=0)


def _bases(strokes: list[NDArray[np.float32]], counts: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the bases (3, SAMPLES, points) of all strokes: a block for each of them."""
    bases = np.zeros((len(CURVES), SAMPLES, sum(map(len, strokes))), dtype=np.float32)
    rows = pairwise([0, *np.cumsum(counts)])
    columns = pairwise([0, *np.cumsum([len(stroke) for stroke in strokes])])
    for stroke, row, column in zip(strokes, rows, columns, strict=True):
        bases[:, slice(*row), slice(*column)] = _basis(stroke, row[1] - row[0])
    return bases


def _basis(controls: NDArray[np.float32], samples: int) -> NDArray[np.float64]:
    """Return the bases (3, samples, points) of one stroke; its samples are about equally far apart."""
    place = np.concatenate([[0], np.cumsum(_chords(controls))])
    wanted = np.linspace(0, place[-1], samples)
    span = np.clip(np.searchsorted(place, wanted, side="right") - 1, 0, len(controls) - 2)
    t = (wanted - place[span]) / np.maximum(place[span + 1] - place[span], 1e-9)  # the two points of a corner coincide
    powers = t[:, None] ** np.arange(4)
    spread = np.zeros((len(CURVES), samples, len(controls) + 2))
    for curve, matrix in zip(spread, CURVES, strict=True):
        np.put_along_axis(curve, span[:, None] + np.arange(4), powers @ matrix, axis=1)
    return spread @ _extension(len(controls))


def _extension(points: int) -> NDArray[np.float64]:
    """Return the matrix (points + 2, points) that adds a mirrored point at both ends, where a fourth one is missing."""
    matrix = np.eye(points + 2, points, k=-1)
    matrix[0, :2] = matrix[-1, :-3:-1] = 2, -1
    return matrix


def _chords(controls: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hypot(*np.diff(controls, axis=0).T)


def _padded(array: NDArray[np.float32], axis: int, length: int) -> NDArray[np.float32]:
    missing = [(0, length - size if index == axis else 0) for index, size in enumerate(array.shape)]
    return np.pad(array, missing)
