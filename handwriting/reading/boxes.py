"""Boxes around the digits of a picture."""

from collections.abc import Sequence

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.resampling import resize

BOX_COLOUR = (0.1, 0.6, 0.1)
"""Red, green and blue of the boxes around digits, 0 to 1."""


def with_boxes(grey: Floats, boxes: Sequence[tuple[int, int, int, int]], scale: float) -> Floats:
    """Return the picture in colour, (height, width, 3), with a box around each digit.

    `boxes` are x, y, width and height in pixels of the file, of which `scale` are one pixel of `grey` (height, width).
    """
    shown = np.stack([grey] * 3, axis=-1)
    limits = np.array(grey.shape[::-1]) - 1
    for box in boxes:
        x, y, width, height = (length / scale for length in box)
        left, top = np.clip(np.floor((x - 1, y - 1)), 0, limits).astype(int)
        right, bottom = np.clip(np.ceil((x + width, y + height)), 0, limits).astype(int)
        shown[[top, bottom], left : right + 1] = BOX_COLOUR
        shown[top : bottom + 1, [left, right]] = BOX_COLOUR
    return shown


def shrunk(grey: Floats, most_columns: int, most_rows: int) -> tuple[Floats, float]:
    """Return a picture (height, width) that is at most this large, and how many of its pixels became one."""
    height, width = grey.shape
    scale = max(width / most_columns, height / most_rows, 1.0)
    return resize(grey, max(1, round(height / scale)), max(1, round(width / scale))), scale
