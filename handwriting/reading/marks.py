"""The marks in a line that are not read as digits: separators, told by shape and place, and what is passed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.stroke_width import STROKE
from handwriting.reading.best_path import probability_of_height
from handwriting.segmentation.components import SPECK
from handwriting.segmentation.graph import Candidate, Graph

Box: TypeAlias = tuple[float, float, float, float]
"""x, y, width and height, in pixels of the grey picture."""

TALL = 0.6
"""Least height of a mark that is as tall as digits, in digit heights; lower ones between digits separate them."""
HALF_WIDTH = 0.4
"""Width at which a tall mark holds digits with a probability of one half, in digit heights; brackets are narrower."""
WIDTH_SLOPE = 10.0
"""Change of that probability with the width, in logits per digit height."""
DOT = 0.35
"""Largest height and width of a dot, in digit heights."""
MAX_COMMA_HEIGHT = 0.8
MAX_DASH_HEIGHT = 0.3
"""Largest heights of a comma and of a minus sign, in digit heights."""
LONG = 1.6
"""Least ratio of the sides of a comma and of a minus sign."""
FOOT = 0.7
"""Least height of the middle of a point or comma, in digit heights below the digits' top."""
HANGING = 0.12
"""Least distance of a comma's end below the digits, in digit heights."""
MIN_SLASH_WIDTH = 0.2
"""Least width of a slash, in its heights; what is narrower is upright."""
STRAIGHT = 0.9
"""Least correlation of the rows and columns of a slash."""


@dataclass(frozen=True)
class Mark:
    """A mark in a line, in front of which are its first `after` digits.

    `character` is the separator that it looks like, if any; `separates` says whether it is one at all. `unread` is the
    probability that it holds digits that could not be read, because they join or are damaged.
    """

    box: Box
    after: int
    character: str | None = None
    separates: bool = False
    unread: float = 0.0


def find_marks(
    graph: Graph, digits: Sequence[int], others: Sequence[int], words: Mapping[int, float], signs: Mapping[int, str],
    scale: float,
) -> list[Mark]:  # fmt: skip
    """Return the marks among the candidates that are no digits, from left to right, without specks.

    Of these `others`, some are known to be parts of `words`, each with the probability that it is a digit which could
    not be read, or `signs` such as brackets, each with its character.
    """
    read = [graph.candidates[number] for number in digits]
    if not read:
        return []
    top = float(np.median([digit.top for digit in read]))
    foot = float(np.median([digit.top + digit.height for digit in read]))
    least = SPECK * graph.stroke_width**2
    marks = []
    for number in sorted(others, key=lambda number: graph.candidates[number].start):
        candidate = graph.candidates[number]
        if not candidate.height or candidate.amount.sum() < least:
            continue
        after = sum(digit.start < candidate.start for digit in read)
        if number in signs:
            marks.append(Mark(candidate_box(graph, candidate, scale), after, signs[number], separates=True))
        elif number in words:
            marks.append(Mark(candidate_box(graph, candidate, scale), after, unread=words[number]))
        else:
            marks.append(_mark(graph, candidate, after, (top, foot), len(read), scale))
    return marks


def _mark(graph: Graph, candidate: Candidate, after: int, band: tuple[float, float], digits: int, scale: float) -> Mark:
    box, digit_height = candidate_box(graph, candidate, scale), graph.line.digit_height
    character = _separator(candidate, *band)
    is_small = candidate.height < TALL * digit_height and candidate.width < digit_height
    separates = character is not None or (is_small and 0 < after < digits)
    wide = 1 / (1 + np.exp(WIDTH_SLOPE * (HALF_WIDTH - candidate.width / digit_height)))
    unread = 0.0 if separates else float(wide * probability_of_height(candidate.height / digit_height))
    return Mark(box, after, character, separates, unread)


def _separator(candidate: Candidate, top: float, foot: float) -> str | None:
    """Return the separator that a candidate beside digits from `top` to `foot` looks like, None if it is like none."""
    inked = candidate.amount >= STROKE
    _, low, high = connected(inked)
    size = foot - top
    height, width = candidate.height / size, candidate.width / size
    middle = (candidate.top + candidate.height / 2 - top) / size
    if len(low) == 2 and width <= DOT and (high - low).max() <= DOT * size and low[:, 0].max() >= high[:, 0].min():
        return ":"
    if len(low) != 1:
        return None
    if width >= LONG * height and height <= MAX_DASH_HEIGHT and 1 - FOOT <= middle <= FOOT:
        return "-"
    if max(height, width) <= MAX_COMMA_HEIGHT and middle >= FOOT:
        hangs = candidate.top + candidate.height - foot >= HANGING * size
        return "," if hangs or height >= LONG * width or height > DOT else "." if width <= DOT else None
    if height >= TALL and MIN_SLASH_WIDTH * height <= width and _slope(inked) <= -STRAIGHT:
        return "/"
    return None


def _slope(inked: NDArray[Any]) -> float:
    """Return the correlation of the rows and columns with ink: near -1 for a straight line that rises."""
    y, x = np.nonzero(inked)
    return float(np.corrcoef(y, x)[0, 1])


def candidate_box(graph: Graph, candidate: Candidate, scale: float) -> Box:
    """Return the bounding box of a candidate, x, y, width and height, in the grey picture."""
    y, x = candidate.pixels()
    places: Floats = graph.line.matrix @ np.stack([y, x, np.ones(len(y))])
    y, x = scale * places
    return float(x.min()), float(y.min()), float(np.ptp(x)) + scale, float(np.ptp(y)) + scale
