"""Pen paths as arrays: control points, and the splines through them.

A point of a spline at t from 0 to 1 between p1 and p2, the middle two of four successive control points, is

    (1, t, t^2, t^3) @ M @ (p0, p1, p2, p3)

where M is the matrix of straight lines, of a Catmull-Rom spline, which passes through the control points, or of a
uniform cubic B-spline, which cuts corners. At the start of a stroke, where p0 is missing, it is 2 p1 - p2; likewise at
its end. All of this is linear in the control points: a glyph is basis (samples, points) @ controls (points, 2).

E. Catmull and R. Rom, "A class of local interpolating splines", 1974; C. de Boor, "A practical guide to splines", 1978.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = "strokes/glyphs.toml"
"""The file of the digits' glyphs; the notation of pen paths is explained there."""
SAMPLES = 48
"""Points at which the strokes of a glyph are sampled: at most about 1.5 pixels apart in the image."""
HEIGHT = 10
"""Height of a digit on the grid of pen paths."""

POLYGON = np.array([[0, 1, 0, 0], [0, -1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
CATMULL_ROM = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
B_SPLINE = np.array([[1, 4, 1, 0], [-3, 0, 3, 0], [3, -6, 3, 0], [-1, 3, -3, 1]]) / 6
SPLINES = (POLYGON, CATMULL_ROM, B_SPLINE)


@dataclass(frozen=True)
class Paths:
    """The glyphs of all characters, in the order of the characters, padded to the most control points."""

    characters: NDArray[np.intp]
    """(glyphs,) the character that is written, counted from 0."""
    frequencies: NDArray[np.float64]
    """(glyphs,) relative to the glyphs of the same character; they sum to 1 for each character."""
    controls: NDArray[np.float32]
    """(glyphs, points, 2) x and y of the control points on the grid."""
    bases: NDArray[np.float32]
    """(3, glyphs, SAMPLES, points) for each kind of spline."""
    pen_down: NDArray[np.bool_]
    """(glyphs, SAMPLES - 1) whether there is ink between a sample and the next."""


def read_glyphs(name: str) -> dict[str, dict[str, list[Any]]]:
    """Return the glyphs in a file of the package `datasets`: by character and name, [relative frequency, pen path]."""
    return tomllib.loads(resources.files("handwriting.datasets").joinpath(name).read_text("utf-8"))


@cache
def load_paths(name: str = DIGITS) -> Paths:
    """Return the glyphs in a file of the package `datasets` as arrays."""
    rows = [(number, *glyph) for number, glyphs in enumerate(read_glyphs(name).values()) for glyph in glyphs.values()]
    characters, weights, texts = zip(*rows, strict=True)
    all_strokes = [parse(text) for text in texts]
    points = max(sum(map(len, strokes)) for strokes in all_strokes)
    paths = Paths(
        characters=np.array(characters),
        frequencies=np.array(weights) / np.take(np.bincount(characters, weights), characters),
        controls=np.zeros((len(rows), points, 2), np.float32),
        bases=np.zeros((len(SPLINES), len(rows), SAMPLES, points), np.float32),
        pen_down=np.ones((len(rows), SAMPLES - 1), np.bool_),
    )
    for glyph, strokes in enumerate(all_strokes):
        point = sample = 0
        for stroke, end in zip(strokes, _sample_ends(strokes), strict=True):
            columns = slice(point, point + len(stroke))
            paths.controls[glyph, columns] = stroke
            paths.bases[:, glyph, sample:end, columns] = _basis(stroke, end - sample)
            paths.pen_down[glyph, end - 1 : end] = False
            point, sample = columns.stop, end
    return paths


def parse(path: str) -> list[NDArray[np.float32]]:
    """Return the strokes of a pen path, each as control points (points, 2); a sharp corner is two equal points."""
    strokes = []
    for text in path.split("/"):
        words = [word for word in text.split() for _ in range(2 if word.endswith("!") else 1)]
        strokes.append(np.array([word.rstrip("!").split(",") for word in words], dtype=np.float32))
    return strokes


def _sample_ends(strokes: list[NDArray[np.float32]]) -> NDArray[np.intp]:
    """Return where the samples of each stroke end; their number is in proportion to its length."""
    lengths = np.cumsum([_chords(stroke).sum() for stroke in strokes])
    return np.rint(lengths / lengths[-1] * SAMPLES).astype(np.intp)


def _basis(controls: NDArray[np.float32], samples: int) -> NDArray[np.float64]:
    """Return the bases (3, samples, points) of one stroke, with samples about equally far apart."""
    position = np.concatenate([[0], np.cumsum(_chords(controls))])
    wanted = np.linspace(0, position[-1], samples)
    span = np.clip(np.searchsorted(position, wanted, side="right") - 1, 0, len(controls) - 2)
    length = np.maximum(position[span + 1] - position[span], 1e-9)  # not 0 between the two points of a sharp corner
    t = (wanted - position[span]) / length
    powers = t[:, None] ** np.arange(4)
    basis = np.zeros((len(SPLINES), samples, len(controls) + 2))
    for spline, matrix in zip(basis, SPLINES, strict=True):
        np.put_along_axis(spline, span[:, None] + np.arange(4), powers @ matrix, axis=1)
    mirror = np.eye(len(controls) + 2, len(controls), k=-1)  # adds the mirrored points at both ends
    mirror[0, :2] = mirror[-1, :-3:-1] = 2, -1
    return basis @ mirror


def _chords(controls: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hypot(*np.diff(controls, axis=0).T)
