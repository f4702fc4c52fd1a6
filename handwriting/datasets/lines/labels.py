"""The truth about the candidates of a line: which digit each of them is, or that it is none."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.lines.canvas import SHARED
from handwriting.datasets.lines.glyphs import SIGN
from handwriting.datasets.non_digits.kinds import HALVES
from handwriting.segmentation.components import STROKE
from handwriting.segmentation.graph import Candidate, Graph
from handwriting.segmentation.levelling import LevelLine

WHOLE, PART = 0.93, 0.6
"""Least fraction of a digit's ink in a candidate that is this digit, and largest in one that is a part of it."""
CLEAN, MIXED = 0.07, 0.2
"""Largest fraction of other ink in a candidate that is a digit, and least in one that is none."""
NARROW = 0.4
"""Width below which a part of a digit may look like a 1, as a multiple of its height."""
LOW = 0.5
"""Height in digit heights below which hardly anything is a digit, whatever it looks like."""


def labelled(graph: Graph, owner: NDArray[np.uint8], digits: NDArray[np.intp]) -> Iterator[tuple[Candidate, int]]:
    """Yield the candidates of a line whose truth is clear, each with its digit, or with `SIGN` if it is none.

    `owner` (height, width) says whose ink each pixel of the picture is (see `Canvas`), and `digits` (n,) which digits
    these are.
    """
    owners = _owners_on(graph.line, owner)
    whole = np.bincount(owners[graph.line.amount >= STROKE], minlength=256)
    for candidate in graph.candidates:
        if candidate.readable and candidate.height >= LOW * graph.line.digit_height:
            label = _label(candidate, owners, whole, digits)
            if label is not None:
                yield candidate, label


def _owners_on(line: LevelLine, owner: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return whose ink each pixel of a level line is; the soft edges of strokes belong to whom they surround."""
    from scipy import ndimage

    grown = np.where(owner, owner, ndimage.maximum_filter(owner, 3))
    y, x = np.indices(line.amount.shape)
    rows, columns = np.rint(np.tensordot(line.matrix, [y, x, np.ones_like(y)], 1)).astype(np.intp)
    return grown[rows.clip(0, grown.shape[0] - 1), columns.clip(0, grown.shape[1] - 1)]


def _label(
    candidate: Candidate, owners: NDArray[np.uint8], whole: NDArray[np.intp], digits: NDArray[np.intp]
) -> int | None:
    """Return a candidate's label, None if it is hardly a digit any more, or hardly none.

    `whole` (256,) is the number of pixels of each owner in the line.
    """
    pixels = _pixels(candidate, owners)
    pixels[SHARED] = 0
    if not pixels.sum():
        return None
    own = pixels[1 : len(digits) + 1]
    if not own.any():
        return SIGN
    main = int(own.argmax())
    other, covered = 1 - own[main] / pixels.sum(), own[main] / whole[main + 1]
    if other >= MIXED:
        return SIGN
    if other <= CLEAN and covered >= WHOLE:
        return int(digits[main])
    is_part = covered <= PART and candidate.width >= NARROW * candidate.height
    return SIGN if is_part and _side(candidate, owners, main + 1) in HALVES.get(int(digits[main]), "") else None


def _pixels(candidate: Candidate, owners: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the number of pixels of each owner in a candidate, (256,)."""
    y, x = np.nonzero(candidate.amount >= STROKE)
    inside = owners[y + candidate.top - y.min(), x + candidate.left - x.min()]
    return np.bincount(inside, minlength=256)


def _side(candidate: Candidate, owners: NDArray[np.uint8], owner: int) -> str:
    """Return on which side of a digit a part of it lies: l or r."""
    columns = np.flatnonzero((owners == owner).any(axis=0))
    return "l" if 2 * candidate.left + candidate.width < columns[0] + columns[-1] + 1 else "r"
