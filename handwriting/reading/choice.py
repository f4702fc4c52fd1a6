"""One digit or a number? Where nothing is known beforehand, the picture says.

A picture of one digit is read as a whole, by its main strokes (see segmentation.py): remains of a table's lines or of
neighbours at its edge are left aside, and a broken stroke is no second digit. Anything else is read as a number.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from handwriting.interfaces import Floats, Images
from handwriting.pictures.ink import Ink
from handwriting.pictures.preparation import PreparedDigit, main_digit
from handwriting.reading.best_path import digit_places, width_surprise
from handwriting.reading.lines import FoundDigit, FoundLine, find_graphs, read_graphs

Expected: TypeAlias = Literal["auto", "single", "lines"]
"""What is known beforehand: nothing, that there is one digit, or that each line is a number by itself."""

TINY = 32
"""Pixels along each side up to which a picture that is not wide holds one digit: two would have too few pixels each."""
SMALL = 64
"""Pixels along each side up to which a picture with one upright thing in it is taken for one digit at once."""
UPRIGHT = 1.1
"""A digit is mostly at most so many times as wide as high; what is wider may be two."""
WIDE = 1.4
"""A picture so many times as wide as high was not made for one digit, nor is a digit so wide."""
EDGE = 0.17
"""The share of a picture, on each side, in which lie remains of what stood beside a digit."""
NARROW = 0.45
"""Such remains, of a table's lines above all, are less than so many times as wide as high."""


def read(
    ink: Ink, ask: Callable[[Images], Floats], names: Sequence[str], expected: Expected = "auto"
) -> list[FoundLine]:
    """Return the lines of digits in the ink, from top to bottom; none where there is nothing to read.

    `ask` returns the confidences (n, classes) for pictures (n, 28, 28), and `names` says what the classes are.
    """
    main = main_digit(ink) if expected != "lines" else None
    if expected == "single" or (main and _is_plain(ink, main)):
        return [_alone(main, ask)] if main else []
    lines = read_graphs(find_graphs(ink), ask, names, ink.scale)
    if main is None:
        return lines
    alone = _alone(main, ask)
    return [alone] if _is_one_digit(lines, ink) or _is_surer(alone, lines, names) else lines


def _alone(digit: PreparedDigit, ask: Callable[[Images], Floats]) -> FoundLine:
    return FoundLine([FoundDigit(digit.image, ask(digit.image[np.newaxis])[0], digit.box)], share=1.0)


def _is_plain(ink: Ink, digit: PreparedDigit) -> bool:
    """Tell whether a small picture holds one upright thing: thousands of such are read in a second."""
    rows, columns = ink.amount.shape
    if max(rows, columns) <= TINY and columns < WIDE * rows:
        return True
    _, _, width, height = digit.box
    return max(ink.amount.shape) <= SMALL and width <= UPRIGHT * height and digit.alone


def _is_one_digit(lines: list[FoundLine], ink: Ink) -> bool:
    """Tell whether a number of at most one digit was found, leaving out what lies at the edge of a picture for one."""
    height, width = ink.amount.shape
    boxes = [digit.box for line in lines for digit in line.digits]
    if width < WIDE * height:
        boxes = [box for box in boxes if not _is_stray(box, width * ink.scale, height * ink.scale)]
    return len(boxes) <= 1


def _is_surer(alone: FoundLine, lines: list[FoundLine], names: Sequence[str]) -> bool:
    """Tell whether all that was found lies within what may as well be one digit, and is more probable as that."""
    x, y, width, height = alone.digits[0].box
    if width > WIDE * height:
        return False
    places = digit_places(names)
    boxes = [digit.box for line in lines for digit in line.digits if digit.confidences.argmax() in places]
    is_within = all(x <= box[0] + box[2] / 2 <= x + width and y <= box[1] + box[3] / 2 <= y + height for box in boxes)
    probability = alone.probability(names) * math.exp(-width_surprise(width, height))
    return is_within and probability > _probability(lines, names)


def _probability(lines: list[FoundLine], names: Sequence[str]) -> float:
    return math.prod(line.probability(names) for line in lines)


def _is_stray(box: tuple[float, float, float, float], width: float, height: float) -> bool:
    """Tell whether a box is that of something narrow at the edge of a picture of this size."""
    x, y = (box[0] + box[2] / 2) / width, (box[1] + box[3] / 2) / height
    return not (EDGE < x < 1 - EDGE and EDGE < y < 1 - EDGE) and box[2] < NARROW * box[3]
