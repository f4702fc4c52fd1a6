"""The truth about the candidates of a line: which digit each of them is, or that it is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.lines.canvas import SHARED
from handwriting.datasets.lines.glyphs import SIGN
from handwriting.datasets.non_digits.kinds import HALVES
from handwriting.pictures.stroke_width import STROKE
from handwriting.segmentation.graph import Candidate, Graph
from handwriting.segmentation.levelling import LevelLine

WHOLE, PART = 0.93, 0.6
"""Least fraction of a digit's ink in a candidate that is this digit, and largest in one that is a part of it."""
CLEAN, MIXED = 0.07, 0.2
"""Largest fraction of other ink in a candidate that is a digit, and least in one that is none."""
SHARING = 0.3
"""Largest fraction of other ink in the best candidate of a digit that overlaps others, as zeros in a row do."""
NARROW = 0.4
"""Width below which a part of a digit may look like a 1, as a multiple of its height."""
LOW = 0.5
"""Height in digit heights below which hardly anything but a zero is a digit, whatever it looks like."""


@dataclass(frozen=True)
class Content:
    """What a candidate holds: the position of its main digit, and whether that is all of it.

    `covered` is the fraction of this digit's ink in the candidate; `other` the fraction of its ink that is not of this
    digit. `digit` is None, and both are 0, if it holds no ink of digits.
    """

    digit: int | None
    covered: float
    other: float


def labelled(graph: Graph, owner: NDArray[np.uint8], digits: NDArray[np.intp]) -> Iterator[tuple[Candidate, int]]:
    """Yield the candidates of a line whose truth is clear, each with its digit, or with `SIGN` if it is none.

    `owner` (height, width) says whose ink each pixel of the picture is (see `Canvas`), and `digits` (n,) which digits
    these are.
    """
    owners = _owners_on(graph.line, owner)
    whole = np.bincount(owners[graph.line.amount >= STROKE], minlength=256)
    readable = [candidate for candidate in graph.candidates if candidate.readable]
    contents = [_content(candidate, owners, whole, len(digits)) for candidate in readable]
    best = _best_candidates(contents, len(digits))
    for number, (candidate, content) in enumerate(zip(readable, contents, strict=True)):
        label = _label(candidate, content, number in best, owners, digits)
        is_tall = candidate.height >= LOW * graph.line.digit_height
        if label is not None and (is_tall or label == 0):
            yield candidate, label


def _owners_on(line: LevelLine, owner: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return whose ink each pixel of a level line is; the soft edges of strokes belong to whom they surround."""
    from scipy import ndimage

    grown = np.where(owner, owner, ndimage.maximum_filter(owner, 3))
    y, x = np.indices(line.amount.shape)
    rows, columns = np.rint(np.tensordot(line.matrix, [y, x, np.ones_like(y)], 1)).astype(np.intp)
    return grown[rows.clip(0, grown.shape[0] - 1), columns.clip(0, grown.shape[1] - 1)]


def _content(candidate: Candidate, owners: NDArray[np.uint8], whole: NDArray[np.intp], digits: int) -> Content | None:
    """Return what a candidate holds, None if it is shared ink only.

    `whole` (256,) is the number of pixels of each owner in the line.
    """
    pixels = np.bincount(owners[candidate.pixels()], minlength=256)
    pixels[SHARED] = 0
    if not pixels.sum():
        return None
    own = pixels[1 : digits + 1]
    if not own.any():
        return Content(None, 0, 0)
    main = int(own.argmax())
    return Content(main, own[main] / whole[main + 1], 1 - own[main] / pixels.sum())


def _best_candidates(contents: Sequence[Content | None], digits: int) -> set[int]:
    """Return the numbers of the candidates that are digits: the clean ones, or else the one with least other ink."""
    best: set[int] = set()
    for digit in range(digits):
        wholes = [
            (content.other, number)
            for number, content in enumerate(contents)
            if content and content.digit == digit and content.covered >= WHOLE
        ]
        clean = {number for other, number in wholes if other <= CLEAN}
        best |= clean or {number for other, number in sorted(wholes)[:1] if other <= SHARING}
    return best


def _label(
    candidate: Candidate, content: Content | None, is_best: bool, owners: NDArray[np.uint8], digits: NDArray[np.intp]
) -> int | None:
    """Return a candidate's label, None if it is hardly a digit any more, or hardly none."""
    if content is None:
        return None
    if content.digit is None:
        return SIGN
    if is_best:
        return int(digits[content.digit])
    if content.other >= MIXED:
        return SIGN
    if content.covered > PART or candidate.width < NARROW * candidate.height:
        return None
    halves = HALVES.get(int(digits[content.digit]), "")
    return SIGN if _side(candidate, owners, content.digit + 1) in halves else None


def _side(candidate: Candidate, owners: NDArray[np.uint8], owner: int) -> str:
    """Return on which side of a digit a part of it lies: l or r."""
    columns = np.flatnonzero((owners == owner).any(axis=0))
    return "l" if 2 * candidate.left + candidate.width < columns[0] + columns[-1] + 1 else "r"
