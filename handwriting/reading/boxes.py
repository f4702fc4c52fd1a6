"""Boxes around what was found in a picture."""

from typing import TYPE_CHECKING

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.resampling import resize

if TYPE_CHECKING:
    from handwriting.reading.result import Reading

DIGIT, SEPARATOR, IGNORED = (0.1, 0.6, 0.1), (0.1, 0.4, 0.9), (0.9, 0.5, 0.1)
"""Red, green and blue of the boxes around digits, separators and what is ignored, 0 to 1."""


def with_boxes(grey: Floats, reading: "Reading", scale: float) -> Floats:
    """Return the picture in colour, (height, width, 3), with boxes around what the reading found in it.

    `scale` is the number of pixels of the file that are one pixel of `grey` (height, width).
    """
    shown = np.stack([grey] * 3, axis=-1)
    limits = np.array(grey.shape[::-1]) - 1
    coloured = [(box, IGNORED) for box in reading.ignored]
    coloured += [(separator.box, SEPARATOR) for separator in reading.separators]
    coloured += [(digit.box, DIGIT) for digit in reading.digits]
    for box, colour in coloured:
        x, y, width, height = (length / scale for length in box)
        left, top = np.clip(np.floor((x - 1, y - 1)), 0, limits).astype(int)
        right, bottom = np.clip(np.ceil((x + width, y + height)), 0, limits).astype(int)
        shown[[top, bottom], left : right + 1] = colour
        shown[top : bottom + 1, [left, right]] = colour
    return shown


def shrunk(grey: Floats, most_columns: int, most_rows: int) -> tuple[Floats, float]:
    """Return a picture (height, width) that is at most this large, and how many of its pixels became one."""
    height, width = grey.shape
    scale = max(width / most_columns, height / most_rows, 1.0)
    return resize(grey, max(1, round(height / scale)), max(1, round(width / scale))), scale
