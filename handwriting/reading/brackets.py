"""Brackets in a line, which look like 1s: a pair of them bulges outwards, and is higher than the digits."""

from collections.abc import Sequence

import numpy as np

from handwriting.pictures.stroke_width import STROKE
from handwriting.segmentation.graph import Candidate, Graph

MIN_HEIGHT = 1.1
"""Least height of a bracket, as a multiple of the median height of the digits."""
MAX_WIDTH = 0.4
"""Largest width of a bracket, in its heights."""
MIN_BULGE = 0.06
"""Least distance of the middle of a bracket from the line through its ends, in its heights."""


def find_brackets(graph: Graph, digits: Sequence[int], skipped: Sequence[int]) -> dict[int, str]:
    """Return which candidates, by number, are "(" and ")", given those that are read as digits and those skipped.

    Each opening bracket has a closing one, with digits in between.
    """
    shapes = {number: _shape(graph.candidates[number]) for number in [*digits, *skipped]}
    heights = [graph.candidates[number].height for number in digits if not shapes[number]]
    if not heights:
        return {}
    least = MIN_HEIGHT * float(np.median(heights))
    found: dict[int, str] = {}
    opening, is_around = None, False
    for number in sorted(shapes, key=lambda number: graph.candidates[number].start):
        shape = shapes[number] if graph.candidates[number].height >= least else None
        if shape == "(":
            opening, is_around = number, False
        elif shape == ")" and opening is not None:
            if is_around:
                found |= {opening: "(", number: ")"}
            opening = None
        else:
            is_around |= number in digits
    return found


def _shape(candidate: Candidate) -> str | None:
    """Return the bracket that a candidate looks like, None if it is like none."""
    height = candidate.height
    if not height or candidate.width > MAX_WIDTH * height:
        return None
    y, x = np.nonzero(candidate.amount >= STROKE)
    place = (y - y.min()) / height
    top, middle, foot = (x[(place >= low) & (place < low + 0.2)] for low in (0, 0.4, 0.8))
    if not (len(top) and len(middle) and len(foot)):
        return None
    bulge = (middle.mean() - (top.mean() + foot.mean()) / 2) / height
    return "(" if bulge <= -MIN_BULGE else ")" if bulge >= MIN_BULGE else None
