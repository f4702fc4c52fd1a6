"""Percent signs, which look like 0s and 1s: a small ring at the top left, one at the lower right, and a slash."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from handwriting.segmentation.graph import Candidate, Graph

MIN_HEIGHT = 0.7
"""Least height of a percent sign, in digit heights."""
MIN_WIDTH, MAX_WIDTH = 0.5, 1.5
"""Least and largest width of a percent sign, in its heights."""
RING = 0.55
"""Where a ring's hole ends at the latest, from the sides of the sign, in its heights and widths."""
SMALLER = 0.5
"""Largest area of another hole, such as one between a ring and the slash, as a fraction of the smaller ring's."""
ENDS = 0.08
"""Where the slash is looked for, in heights of the sign from its top and from its foot."""
SLASH = 0.9
"""Least fraction of the slash that is ink."""
BESIDE = 0.2
"""Distance from the slash at which nothing is above its upper and below its lower third, in widths of the sign."""


def with_percent_signs(graph: Graph) -> tuple[Graph, dict[int, str]]:
    """Return a graph without cuts through percent signs, and which candidates, by number, are signs.

    These can only be skipped.
    """
    signs = _signs(graph)
    if not signs:
        return graph, {}
    is_kept = np.ones(len(graph.cuts), np.bool_)
    for sign in signs:
        is_kept[sign.start + 1 : sign.end] = False
    candidates: list[Candidate] = []
    found = {}
    for candidate in graph.candidates:
        if any(candidate is sign for sign in signs):
            found[len(candidates)] = "%"
            candidates.append(replace(candidate, readable=False))
        elif not any(_overlap(candidate, sign) for sign in signs):
            candidates.append(candidate)
    return graph.reduced(is_kept, candidates), found


def _signs(graph: Graph) -> list[Candidate]:
    """Return the candidates between two gaps that look like percent signs."""
    signs: list[Candidate] = []
    for candidate in sorted(graph.candidates, key=lambda one: one.end - one.start):
        stands_alone = graph.crosses_gap[[candidate.start, candidate.end]].all()
        if stands_alone and not any(_overlap(candidate, sign) for sign in signs) and _is_sign(graph, candidate):
            signs.append(candidate)
    return signs


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.start < other.end and other.start < one.end


def _is_sign(graph: Graph, candidate: Candidate) -> bool:
    """Tell whether a candidate looks like a percent sign."""
    height, width = candidate.height, candidate.width
    if height < MIN_HEIGHT * graph.line.digit_height or not MIN_WIDTH * height <= width <= MAX_WIDTH * height:
        return False
    y, x = candidate.pixels()
    inked = np.zeros((height, width), np.bool_)
    inked[y - y.min(), x - x.min()] = True
    return _has_rings(inked) and _has_slash(inked)


def _has_rings(inked: NDArray[np.bool_]) -> bool:
    """Tell whether there are two holes, one at the top left, one at the lower right."""
    from scipy import ndimage

    labels, count = ndimage.label(~np.pad(inked, 1))
    areas = np.bincount(labels.ravel())
    holes = [number for number in range(1, count + 1) if number != labels[0, 0]]
    holes.sort(key=lambda number: -areas[number])
    if len(holes) < 2 or any(areas[number] > SMALLER * areas[holes[1]] for number in holes[2:]):
        return False
    boxes = ndimage.find_objects(labels)
    (rows, left), (low_rows, right) = sorted((boxes[number - 1] for number in holes[:2]), key=lambda box: box[0].start)
    height, width = labels.shape
    is_diagonal = max(left.stop, width - right.start) <= RING * width
    return is_diagonal and max(rows.stop, height - low_rows.start) <= RING * height


def _has_slash(inked: NDArray[np.bool_]) -> bool:
    """Tell whether a straight stroke leads from the rightmost ink at the top to the leftmost at the foot.

    There is nothing above its right side and below its left side, unlike in 80. The number 96 has such holes, too, but
    the line from the top of the 6 to the foot of the 9 leaves their ink.
    """
    height, width = inked.shape
    first = round(ENDS * height)
    rows = inked[first : height - first]
    right, left = width - 1 - _first_run(rows[0, ::-1]), _first_run(rows[-1])
    columns = np.rint(np.linspace(right, left, len(rows))).astype(np.intp)
    distance = np.arange(width) - columns[:, None]
    above, below = rows & (distance > BESIDE * width), rows & (distance < -BESIDE * width)
    is_free = not (above[: height // 3].any() or below[-height // 3 :].any())
    return is_free and bool(rows[np.arange(len(rows)), columns].mean() >= SLASH)


def _first_run(row: NDArray[np.bool_]) -> float:
    """Return the middle of the first run of inked columns in a row, 0 if there is none."""
    start = int(row.argmax())
    length = int((~np.append(row[start:], False)).argmax())
    return start + max(length - 1, 0) / 2
