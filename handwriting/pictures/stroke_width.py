"""What belongs to strokes, which are narrow, and their mean width, from the area of their ink and its outline."""

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.percentiles import weighted_median

STROKE = 0.35
"""Least amount of ink, from 0 to 1, of a pixel that belongs to a stroke."""
TILES = 12
"""Squares along the longer side of a picture, in each of which stroke widths are measured."""


def stroke_width(amount: Floats) -> float:
    """Return the mean width in pixels of the strokes in `amount` (height, width), ink from 0 to 1.

    The outline of a stroke is about twice as long as the stroke itself, so its width is 2 * area / outline.
    """
    height, width = amount.shape
    padded = np.zeros((height + 2, width + 2), amount.dtype)
    padded[1:-1, 1:-1] = amount
    return float(2 * amount.sum() / gradient_length(padded).sum())


def median_stroke_width(amount: Floats) -> float:
    """Return the median width in pixels of the strokes in `amount` (height, width), 0 if there are none.

    It is that of squares, weighted by the outline in each, of which shadows and blots have little. They are so large
    that strokes up to a twelfth of the picture's longer side are measured; what is wider seems to be as wide as they.
    """
    side = -(-max(amount.shape) // TILES)
    height, width = (length // side for length in amount.shape)
    outline = gradient_length(np.pad(amount, ((0, 1), (0, 1)), mode="edge"))
    ink, outline = (
        values[: height * side, : width * side].reshape(height, side, width, side).sum(axis=(1, 3)).ravel()
        for values in (amount, outline)
    )
    is_inked = outline > side / 2
    return weighted_median(2 * ink[is_inked] / outline[is_inked], outline[is_inked])


def gradient_length(amount: Floats) -> Floats:
    """Return the length of the gradient at each point between four pixels, (height - 1, width - 1).

    Summed over a shape it is the length of the shape's outline, also if its edges are soft. By Roberts' cross:
    differences along both diagonals ("Machine perception of three-dimensional solids", 1963).
    """
    falling = amount[1:, 1:] - amount[:-1, :-1]
    rising = amount[1:, :-1] - amount[:-1, 1:]
    return np.sqrt((falling**2 + rising**2) / 2)


def narrow_shapes(grey: Floats, width: int) -> tuple[Floats, Floats]:
    """Return by how much each pixel (height, width) is darker than what is around a shape narrower than `width`.

    The second array is by how much it is lighter; `width` is odd. These are the black and the white top-hat (Meyer,
    "Iterative image transformations for an automatic screening of cervical smears", 1979).
    """
    closed = _around(_around(grey, width, np.maximum), width, np.minimum)
    opened = _around(_around(grey, width, np.minimum), width, np.maximum)
    return closed - grey, grey - opened


def _around(grey: Floats, width: int, extreme: np.ufunc) -> Floats:
    """Return the maximum or minimum in the square of `width` pixels around each pixel; faster than SciPy's filters.

    The extremes of windows of 1, 2, 4, ... pixels are joined to those of `width` pixels.
    """
    found = np.pad(grey, width // 2, mode="edge")
    for _ in range(2):  # down, then across
        size = 1
        while size < width:
            step = min(size, width - size)
            found = extreme(found[:-step], found[step:])
            size += step
        found = found.T
    return found
