"""A line of text, cut out of the picture: level, its digits upright and of a known height.

Slant is the angle at which most strokes stand. The shear that makes them upright is the one for which the columns of
the picture differ most (Vinciarelli and Luettin, A new normalization technique for cursive handwritten words, 2001).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.ink import Ink
from handwriting.pictures.resampling import resize
from handwriting.reading.components import Components
from handwriting.reading.layout import Row

HEIGHT = 48
"""Pixels of a digit's height in a cut out line."""
LARGEST = 3.0
"""So many times at most is a line enlarged."""
LONGEST = 4000
"""Pixels of a line's length; a longer one is cut out smaller."""
UPRIGHT = np.tan(np.deg2rad(np.arange(-20, 51, 5)))
"""Shears that are tried: x moves by so much for each y upwards."""
WORTH_IT = 1.05
"""So many times better than none must a shear be."""
FAINT, SMALL = 0.2, 0.05
"""From this amount of ink on, a stroke goes on where the pen hardly touched the paper, over so much of the square of a
digit's height: what is larger is a shadow."""
EDGE = 2
"""Pixels of soft edge that belong to a stroke, and that are free around a line."""


@dataclass(frozen=True)
class Line:
    """`amount` (height, width) float32 is the ink of one line, 0 to 1; a digit is about `digit_height` pixels high.

    `matrix` (2, 3) leads from its pixels (y, x, 1) to those of the ink it was cut out of.
    """

    amount: Floats
    digit_height: float
    matrix: Floats


def cut_out(ink: Ink, components: Components, row: Row) -> Line:
    """Return one row of the picture's components as a line of its own; nothing else of the picture is in it."""
    amount, top, left = _only(ink.amount, components, row)
    scale = min(HEIGHT / row.digit_height, LARGEST)
    scale = min(scale, LONGEST / max(amount.shape))
    height, width = (max(1, round(length * scale)) for length in amount.shape)
    small = resize(amount, height, width)
    back = np.array([[amount.shape[0] / height, 0, top], [0, amount.shape[1] / width, left]])
    line = Line(small, row.digit_height * scale, back)
    turned = _transformed(line, _rotation(row.angle)) if abs(row.angle) > 1 else line
    shear = _slant(turned.amount)
    return _transformed(turned, _shear(shear)) if shear else turned


def _only(amount: Floats, components: Components, row: Row) -> tuple[Floats, int, int]:
    """Return the ink of a row's components with their soft edges, and where its corner lies: row, column."""
    from scipy import ndimage

    members = row.members
    top, left = int(components.top[members].min()) - EDGE, int(components.left[members].min()) - EDGE
    bottom, right = int(components.bottom[members].max()) + EDGE, int(components.right[members].max()) + EDGE
    height, width = amount.shape
    inside = slice(max(top, 0), bottom), slice(max(left, 0), right)
    chosen = np.zeros(len(components) + 1, np.bool_)
    chosen[members + 1] = True
    labels = components.labels[inside]
    faint = _faint(amount[inside], labels == 0, SMALL * row.digit_height**2)
    theirs = _grown(chosen[labels], faint)
    mask = ndimage.maximum_filter(theirs, 2 * EDGE - 1)
    ink = np.where(mask, amount[inside], 0)
    beyond = (max(-top, 0), max(bottom - height, 0)), (max(-left, 0), max(right - width, 0))
    return np.pad(ink, beyond), top, left


def _faint(amount: Floats, free: NDArray[np.bool_], largest: float) -> NDArray[np.bool_]:
    """Return where, among `free` pixels, there are pieces of faint ink of at most `largest` pixels."""
    from scipy import ndimage

    pieces, _ = ndimage.label(free & (amount >= FAINT), np.ones((3, 3), np.int8))
    return (pieces > 0) & (np.bincount(pieces.ravel()) <= largest)[pieces]


def _grown(seeds: NDArray[np.bool_], faint: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the seeds with what is faint and joins them.

    Source: hysteresis, J. Canny, A computational approach to edge detection, 1986.
    """
    from scipy import ndimage

    return ndimage.binary_propagation(seeds, np.ones((3, 3), np.bool_), mask=seeds | faint)


def _rotation(angle: float) -> Floats:
    """Return the matrix (2, 2) by which pixels (y, x) of a level line are found in one that runs up at `angle`."""
    turn = np.deg2rad(angle)
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def _shear(shear: float) -> Floats:
    return np.array([[1.0, 0.0], [-shear, 1.0]])


def _transformed(line: Line, matrix: Floats) -> Line:
    """Return the line with the pixel p at `matrix` p of the old one, its frame just large enough."""
    from scipy import ndimage

    height, width = line.amount.shape
    corners = np.array([(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)], float)
    places = corners @ np.linalg.inv(matrix).T
    origin = np.floor(places.min(axis=0))
    shape = tuple(int(length) for length in np.ceil(places.max(axis=0)) - origin + 1)
    amount = ndimage.affine_transform(line.amount, matrix, matrix @ origin, shape, order=1, output=np.float32)
    back = line.matrix[:, :2] @ matrix
    return Line(
        amount, line.digit_height, np.column_stack([back, line.matrix[:, :2] @ (matrix @ origin) + line.matrix[:, 2]])
    )


def _slant(amount: Floats) -> float:
    """Return the shear that makes most strokes upright, 0 where none is clearly better."""
    y, x = np.nonzero(amount > 0.5)
    if not len(y):
        return 0.0
    height = amount.shape[0]
    scores = []
    for shear in (0.0, *UPRIGHT):
        columns = np.round(x + shear * (y - height)).astype(np.intp)
        counts = np.bincount(columns - columns.min())
        scores.append(float((counts.astype(np.float64) ** 2).sum()))
    best = int(np.argmax(scores[1:]))
    return float(UPRIGHT[best]) if scores[best + 1] > WORTH_IT * scores[0] else 0.0
