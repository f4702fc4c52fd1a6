"""The segmentation graph of a line: its nodes are the cuts, its edges the candidates for digits between two cuts.

Matan, Burges, LeCun and Denker, "Multi-digit recognition using a space displacement neural network", 1992; LeCun,
Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, section V; Fujisawa, Nakano
and Kurino, "Segmentation methods for character recognition", 1992.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.stroke_width import STROKE
from handwriting.segmentation.cuts import find_cuts
from handwriting.segmentation.levelling import LevelLine, with_slant

MAX_WIDTH = 1.6
"""Largest width of a digit, in digit heights."""
MAX_SPAN = 10
"""Most cuts from the start of a candidate to its end."""
MAX_CUT_INK = 4.5
"""Most ink that a cut crosses, in stroke widths; the sides of two round zeros may join over such a length."""
MIN_INK_BETWEEN_CUTS = 0.6
"""Least ink between two cuts, in squares of the stroke width."""
MAX_GAP_INK = 0.5
"""Most ink that a cut through a gap crosses, in pixels of full ink: soft edges of strokes reach into narrow gaps."""


@dataclass(frozen=True)
class Candidate:
    """The ink between the cuts number `start` and `end` of a line, which may be a digit.

    `amount` is that ink within its bounding box and one pixel around it; the box is in pixels of the line. If it is not
    `readable`, because it is empty or too wide for a digit, it can only be skipped.
    """

    start: int
    end: int
    amount: Floats
    top: int
    left: int
    height: int
    width: int
    readable: bool

    def pixels(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the rows and columns of its strokes in the line; it must not be empty."""
        y, x = np.nonzero(self.amount >= STROKE)
        return y - y.min() + self.top, x - x.min() + self.left


@dataclass(frozen=True)
class Graph:
    """A line, its cuts (see `find_cuts`) with their ink, and the candidates between them, ordered by `start`.

    `gaps` (cuts,) is the width of the space without ink around each cut, in pixels.
    """

    line: LevelLine
    stroke_width: float
    cuts: NDArray[np.intp]
    cut_ink: Floats
    gaps: Floats
    candidates: list[Candidate]

    @property
    def crosses_gap(self) -> NDArray[np.bool_]:
        """Whether each cut lies in a gap, where no ink joins its two sides, (cuts,)."""
        return self.cut_ink <= MAX_GAP_INK

    def reduced(self, is_kept: NDArray[np.bool_], candidates: Iterable[Candidate]) -> "Graph":
        """Return the graph with those of its cuts, (cuts,), that are kept, and with `candidates` between these."""
        places = (np.cumsum(is_kept) - 1).tolist()
        moved = [replace(one, start=places[one.start], end=places[one.end]) for one in candidates]
        cuts, cut_ink, gaps = self.cuts[is_kept], self.cut_ink[is_kept], self.gaps[is_kept]
        return replace(self, cuts=cuts, cut_ink=cut_ink, gaps=gaps, candidates=moved)


def build_graph(line: LevelLine, stroke_width: float) -> Graph:
    """Return the graph of a line whose strokes are `stroke_width` pixels wide."""
    cuts, cut_ink = find_cuts(line.amount, MAX_CUT_INK * stroke_width, MIN_INK_BETWEEN_CUTS * stroke_width**2)
    candidates = []
    for start in range(len(cuts) - 1):
        for end in range(start + 1, min(start + MAX_SPAN, len(cuts) - 1) + 1):
            candidate = _candidate(line, cuts, start, end)
            if candidate.readable or end == start + 1:
                candidates.append(candidate)
    return Graph(line, stroke_width, cuts, cut_ink, _gaps(line.amount >= STROKE, cuts), candidates)


def slanted(graph: Graph, fraction: float) -> Graph:
    """Return the graph of an upright line with a fraction, from 0 to 1, of the slant with which it was written."""
    return build_graph(with_slant(graph.line, fraction), graph.stroke_width)


def _candidate(line: LevelLine, cuts: NDArray[np.intp], start: int, end: int) -> Candidate:
    first, last = cuts[start], cuts[end]
    left, right = max(int(first.min()), 0), min(int(last.max()), line.amount.shape[1])
    columns = np.arange(left, right)
    is_between = (columns >= first[:, None]) & (columns < last[:, None])
    amount = np.where(is_between, line.amount[:, left:right], 0)
    y, x = np.nonzero(amount >= STROKE)
    if not len(y):
        return Candidate(start, end, amount[:0, :0], 0, left, 0, 0, readable=False)
    top, bottom, near, far = int(y.min()), int(y.max()) + 1, int(x.min()), int(x.max()) + 1
    with_soft_edges = amount[max(top - 1, 0) : bottom + 1, max(near - 1, 0) : far + 1]
    readable = far - near <= MAX_WIDTH * line.digit_height
    return Candidate(start, end, with_soft_edges, top, left + near, bottom - top, far - near, readable)


def _gaps(inked: NDArray[np.bool_], cuts: NDArray[np.intp]) -> Floats:
    """Return the width of the space without ink around each cut (n, height), in the row where it is narrowest."""
    height, width = inked.shape
    columns = np.arange(width)
    # The last ink in front of each column, from 0 to width, and the first ink from it on.
    before = np.pad(np.where(inked, columns, -width), ((0, 0), (1, 0)), constant_values=-width)
    after = np.pad(np.where(inked, columns, 2 * width), ((0, 0), (0, 1)), constant_values=2 * width)
    before = np.maximum.accumulate(before, axis=1)
    after = np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]
    places = np.arange(height), cuts.clip(0, width)
    return np.maximum((after[places] - before[places]).min(axis=1) - 1, 0).astype(np.float64)
