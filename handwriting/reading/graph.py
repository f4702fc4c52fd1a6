"""The segmentation graph of a line: its nodes are the cuts, its edges the pieces between any two of them.

Each edge is a guess: "from this cut to that one there is one digit". Matan, Burges, LeCun and Denker, Multi-digit
recognition using a space displacement neural network, 1992; LeCun, Bottou, Bengio and Haffner, Gradient-based learning
applied to document recognition, 1998, part V; Fujisawa, Nakano and Kurino, Segmentation methods for character
recognition, 1992.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.reading.components import STROKE
from handwriting.reading.cuts import Seams, find_seams
from handwriting.reading.levelling import Line

WIDEST = 1.6
"""A piece wider than so many digits' heights is none."""
MOST_PARTS = 6
"""A piece has so many parts at most: stretches from one cut to the next."""
DEAREST = 3.0
"""A cut crosses at most so many strokes' widths of ink."""
NEAREST = 0.6
"""Between two cuts there is at least so much ink, in squares of a stroke's width."""


@dataclass(frozen=True)
class Piece:
    """The ink between the cuts `start` and `end` (numbers of seams) of a line.

    `amount` is cut out along its box; `box` holds top, bottom, left and right in pixels of the line. It is not
    `readable` where it is empty or too wide for a digit: then it can only be passed over.
    """

    start: int
    end: int
    amount: Floats
    box: tuple[int, int, int, int]
    readable: bool = True

    @property
    def height(self) -> int:
        """The height of its box in pixels."""
        return self.box[1] - self.box[0]

    @property
    def width(self) -> int:
        """The width of its box in pixels."""
        return self.box[3] - self.box[2]


@dataclass(frozen=True)
class Graph:
    """A line, its cuts and the pieces between them; `gaps` (cuts,) are the pixels of free space at each cut."""

    line: Line
    stroke: float
    seams: Seams
    gaps: Floats
    pieces: list[Piece]


def build(line: Line, stroke: float) -> Graph:
    """Return the graph of a line whose strokes are `stroke` pixels wide."""
    seams = find_seams(line.amount, DEAREST * stroke, NEAREST * stroke**2)
    pieces = []
    for start in range(len(seams) - 1):
        for end in range(start + 1, min(start + MOST_PARTS, len(seams) - 1) + 1):
            piece = _piece(line, seams, start, end)
            if piece.readable or end == start + 1:
                pieces.append(piece)
    return Graph(line, stroke, seams, _gaps(line.amount, seams), pieces)


def _piece(line: Line, seams: Seams, start: int, end: int) -> Piece:
    """Return what lies between two cuts."""
    first, last = seams.columns[start] - 1, seams.columns[end] - 1
    left, right = max(int(first.min()), 0), min(int(last.max()), line.amount.shape[1])
    columns = np.arange(left, right)
    inside = (columns >= first[:, None]) & (columns < last[:, None])
    amount = np.where(inside, line.amount[:, left:right], 0)
    rows, across = (np.flatnonzero((amount >= STROKE).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Piece(start, end, amount[:0, :0], (0, 0, left, left), False)
    top, bottom, near, far = int(rows[0]), int(rows[-1]) + 1, int(across[0]), int(across[-1]) + 1
    readable = far - near <= WIDEST * line.digit_height
    edged = amount[max(top - 1, 0) : bottom + 1, max(near - 1, 0) : far + 1]
    return Piece(start, end, edged, (top, bottom, left + near, left + far), readable)


def _gaps(amount: Floats, seams: Seams) -> Floats:
    """Return how wide the space without ink around each seam is, (n,): the narrowest of all rows."""
    return np.array([_gap(amount >= STROKE, columns - 1) for columns in seams.columns], np.float64)


def _gap(inked: NDArray[np.bool_], columns: NDArray[np.intp]) -> float:
    width = inked.shape[1]
    places = np.arange(width)
    left = np.where(inked & (places < columns[:, None]), places, -width).max(axis=1)
    right = np.where(inked & (places >= columns[:, None]), places, 2 * width).min(axis=1)
    return float(max((right - left).min() - 1, 0))
