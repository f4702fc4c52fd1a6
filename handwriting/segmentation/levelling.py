"""Levelling: a line of text is cut out of the picture, scaled, and made level and upright.

The slant of the digits is the angle of most strokes. It is removed by the shear under which the columns of the line
differ most (Vinciarelli and Luettin, "A new normalization technique for cursive handwritten words", 2001).
"""

from dataclasses import dataclass, replace

import numpy as np

from handwriting.errors import PictureError
from handwriting.interfaces import Floats
from handwriting.pictures.ink import Ink
from handwriting.pictures.resampling import resize
from handwriting.segmentation.components import Components
from handwriting.segmentation.layout import TextLine

DIGIT_HEIGHT = 48
"""Height of digits in a level line, in pixels."""
MAX_SCALE = 3.0
"""Largest factor by which a line is enlarged."""
MAX_LENGTH = 4000
"""Longest side of a line before it is levelled, in pixels."""
LARGEST_LINE = 1_000_000
"""Pixels of a line before it is levelled; only a steep line of small digits, or a texture, has more."""
TOO_MUCH = "it holds more ink than a page of digits, or very small ones: cut out the part with the digits"
"""Why a picture that shows a texture or several pages of digits is refused; to read it would take long."""
SHEARS = np.tan(np.deg2rad(np.arange(-20, 51, 5)))
"""Shears that are tried: shift to the left per row upwards, above 0 for digits that lean to the right."""
MIN_GAIN = 1.05
"""Factor by which the best shear's score must exceed that of no shear."""
FAINT = 0.2
"""Least amount of ink, from 0 to 1, by which a stroke continues where the pen hardly touched the paper."""
MAX_FAINT_AREA = 0.05
"""Largest area of such faint ink, in squares of the digit height; what is larger is a shadow."""
EDGE = 2
"""Width of the soft edge of strokes, and of the margin around a line, in pixels."""


@dataclass(frozen=True)
class LevelLine:
    """The ink of one line: `amount` (height, width) float32, 0 to 1; digits are about `digit_height` pixels high.

    `matrix` (2, 3) maps the line's coordinates (y, x, 1) to those of the ink that it was cut out of. If a `shear` made
    the digits upright, `as_written` is the line before that.
    """

    amount: Floats
    digit_height: float
    matrix: Floats
    shear: float = 0.0
    as_written: "LevelLine | None" = None


def level_line(ink: Ink, components: Components, text_line: TextLine) -> LevelLine:
    """Return a line with the ink of its components alone, level and upright.

    Raises `PictureError` if it is larger than any line of digits.
    """
    amount, top, left = _cut_out(ink.amount, components, text_line)
    scale = min(DIGIT_HEIGHT / text_line.digit_height, MAX_SCALE, MAX_LENGTH / max(amount.shape))
    height, width = (max(1, round(length * scale)) for length in amount.shape)
    if height * width > LARGEST_LINE:
        raise PictureError(TOO_MUCH)
    matrix = np.array([[amount.shape[0] / height, 0, top], [0, amount.shape[1] / width, left]])
    line = LevelLine(resize(amount, height, width), text_line.digit_height * scale, matrix)
    if abs(text_line.angle) > 1:
        cos, sin = np.cos(np.deg2rad(text_line.angle)), np.sin(np.deg2rad(text_line.angle))
        line = _transformed(line, np.array([[cos, -sin], [sin, cos]]))
    shear = _slant(line.amount)
    return _sheared(line, shear) if shear else line


def with_slant(line: LevelLine, fraction: float) -> LevelLine:
    """Return an upright line with a fraction, from 0 to 1, of the slant with which it was written."""
    return _sheared(line.as_written, (1 - fraction) * line.shear) if line.as_written else line


def _cut_out(amount: Floats, components: Components, text_line: TextLine) -> tuple[Floats, int, int]:
    """Return the ink of a line's components with their soft edges, and the row and column of its corner."""
    from scipy import ndimage

    members = text_line.members
    top, left = components.low[members].min(axis=0) - EDGE
    bottom, right = components.high[members].max(axis=0) + EDGE
    inside = slice(top + EDGE, bottom + EDGE), slice(left + EDGE, right + EDGE)
    amount, labels = np.pad(amount, EDGE)[inside], np.pad(components.labels, EDGE)[inside]
    strokes = np.isin(labels, members + 1)
    # Strokes continue in faint ink (hysteresis: Canny, "A computational approach to edge detection", 1986).
    faint, _ = ndimage.label((labels == 0) & (amount >= FAINT), np.ones((3, 3)))
    is_small = np.bincount(faint.ravel()) <= MAX_FAINT_AREA * text_line.digit_height**2
    around = (faint > 0) & is_small[faint]
    strokes = ndimage.binary_propagation(strokes, np.ones((3, 3), np.bool_), mask=strokes | around)
    return np.where(ndimage.maximum_filter(strokes, 2 * EDGE - 1), amount, 0), top, left


def _sheared(line: LevelLine, shear: float) -> LevelLine:
    """Return the line with each row shifted to the left by `shear` pixels more than the row below it."""
    return replace(_transformed(line, np.array([[1.0, 0.0], [-shear, 1.0]])), shear=shear, as_written=line)


def _transformed(line: LevelLine, matrix: Floats) -> LevelLine:
    """Return the line whose ink at coordinates p is that of `line` at `matrix` p, in the smallest frame that fits."""
    from scipy import ndimage

    height, width = line.amount.shape
    corners = np.array([(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)], float)
    places = corners @ np.linalg.inv(matrix).T
    origin = np.floor(places.min(axis=0))
    shape = tuple(int(length) for length in np.ceil(places.max(axis=0)) - origin + 1)
    offset = matrix @ origin
    amount = ndimage.affine_transform(line.amount, matrix, offset, shape, order=1, output=np.float32)
    linear, shift = line.matrix[:, :2], line.matrix[:, 2]
    return LevelLine(amount, line.digit_height, np.column_stack([linear @ matrix, linear @ offset + shift]))


def _slant(amount: Floats) -> float:
    """Return the shear that makes most strokes upright, 0 if none is clearly better than no shear."""
    y, x = np.nonzero(amount > 0.5)
    if not len(y):
        return 0.0
    scores = {}
    for shear in SHEARS.tolist():
        columns = np.round(x + shear * (y - len(amount))).astype(np.intp)
        counts = np.bincount(columns - columns.min())
        scores[shear] = int(counts @ counts)
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > MIN_GAIN * scores[0.0] else 0.0
