"""Decides whether a picture shows one digit or numbers, unless that is known.

One digit is read from its main strokes alone (see pictures/main_digit.py): remains of a table's rules or of neighbours
at its edge are ignored, and the parts of a broken stroke belong together. Everything else is read line by line.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from handwriting.errors import PictureError
from handwriting.interfaces import Floats
from handwriting.models.model_file import Model
from handwriting.pictures.ink import Ink
from handwriting.pictures.preparation import IMAGE_SIDE, PreparedDigit, prepare_main_digit
from handwriting.reading.best_path import width_cost
from handwriting.reading.lines import FoundDigit, FoundLine, digit_classes, read_graphs
from handwriting.reading.marks import Box, Mark
from handwriting.segmentation.page import Page

Expected: TypeAlias = Literal["auto", "single", "lines"]
"""What a picture shows: one digit ("single"), numbers, one in each line ("lines"), or to be found out ("auto")."""

CLEAR = 0.95
"""Least confidence in the only upright thing of a picture at which it is one digit, not several that touch."""
MAX_UPRIGHT_WIDTH = 1.1
"""Largest width of an upright digit, as a multiple of its height."""
MAX_WIDTH = 1.4
"""Largest width of a digit, and of a picture made for one, as a multiple of the height."""
MARGIN = 0.17
"""Width of the margin in which the middle of remains of what was beside a digit lies, as a fraction of the side."""
MAX_REMAINS_WIDTH = 0.45
"""Largest width of such remains, mostly of a table's rules, as a multiple of their height."""


def read_pages(
    pages: Sequence[Page], model: Model, expected: Expected = "auto"
) -> Iterator[list[FoundLine] | PictureError]:
    """Yield the lines of digits of each page, from top to bottom, or why it is refused.

    The main digits of all pages are classified together, which is faster.
    """
    mains = [prepare_main_digit(page.ink) if expected != "lines" else None for page in pages]
    images = np.array([main.image for main in mains if main], np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    confidences = iter(model.confidences(images))
    for page, main in zip(pages, mains, strict=True):
        alone = [_alone(main, next(confidences), model)] if main else []
        if expected == "single" or (main and _is_one_digit(main, alone[0])):
            yield alone
            continue
        try:
            lines = read_graphs(page.graphs(), model, page.ink.scale)
        except PictureError as refusal:
            yield refusal
            continue
        is_alone = alone and (_has_one_digit(lines, page.ink) or _is_more_probable(alone[0], lines))
        yield [_with_marks(alone[0], lines)] if is_alone else lines


def _alone(digit: PreparedDigit, confidences: Floats, model: Model) -> FoundLine:
    """Return the main digit as the only one of a line."""
    confidence = float(confidences[digit_classes(model)].max())
    return FoundLine([FoundDigit(digit.image, confidences, confidence, digit.box)])


def _is_one_digit(digit: PreparedDigit, alone: FoundLine) -> bool:
    """Tell whether a picture is known to show one digit without the time that finding lines takes."""
    _, _, width, height = digit.box
    return digit.only and alone.probability >= CLEAR and width <= MAX_UPRIGHT_WIDTH * height


def _has_one_digit(lines: list[FoundLine], ink: Ink) -> bool:
    """Tell whether at most one digit, read or not, is there, except remains at the sides of a small picture."""
    height, width = ink.amount.shape
    boxes = [digit.box for line in lines for digit in line.digits]
    boxes += [mark.box for line in lines for mark in line.marks if mark.unread >= 0.5]
    if width < MAX_WIDTH * height:
        boxes = [box for box in boxes if not _is_remains(box, ink)]
    return len(boxes) <= 1


def _is_remains(box: Box, ink: Ink) -> bool:
    """Tell whether a box is narrow, and reaches a side of the picture from its margin."""
    height, width = (length * ink.scale for length in ink.amount.shape)
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    x, y = (left + right) / 2 / width, (top + bottom) / 2 / height
    is_inside = MARGIN < x < 1 - MARGIN and MARGIN < y < 1 - MARGIN
    is_cut = min(left, top, width - right, height - bottom) < ink.scale  # a pixel of the ink
    return is_cut and not is_inside and box[2] < MAX_REMAINS_WIDTH * box[3]


def _is_more_probable(alone: FoundLine, lines: list[FoundLine]) -> bool:
    """Tell whether the main digit, with nothing beside it that is a digit, is more probable than the lines are."""
    _, _, width, height = main = alone.digits[0].box
    if width > MAX_WIDTH * height:
        return False
    found = [(digit.box, digit.confidence) for line in lines for digit in line.digits]
    found += [(mark.box, mark.unread) for line in lines for mark in line.marks]
    none_beside = math.prod(1 - confidence for box, confidence in found if not _is_within(main, box))
    probability = alone.probability * none_beside * math.exp(-width_cost(width, height))
    return probability > math.prod(line.confidence for line in lines)


def _is_within(main: Box, box: Box) -> bool:
    """Tell whether the centre of a box is within the main digit's."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return main[0] <= x <= main[0] + main[2] and main[1] <= y <= main[1] + main[3]


def _with_marks(alone: FoundLine, lines: list[FoundLine]) -> FoundLine:
    """Return the main digit with what was found beside it, of which nothing is read."""
    main = alone.digits[0].box
    found = [mark for line in lines for mark in [*line.marks, *(Mark(digit.box, 0) for digit in line.digits)]]
    beside = [mark for mark in found if not _is_within(main, mark.box)]
    return replace(alone, marks=[replace(mark, after=int(mark.box[0] > main[0])) for mark in beside])
