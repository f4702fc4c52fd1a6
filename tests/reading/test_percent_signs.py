"""A percent sign beside a number is none of its digits."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handwriting.interfaces import Floats
from tests.helpers.handwritten_numbers import file_of, number, reader, text_of


def percent_sign(height: int, lean: float) -> Floats:
    """Return the ink (height, width), 0 to 1, of a sign whose slash leans by `lean`, in its heights."""
    picture = Image.new("L", (round(1.2 * height), height))
    pen, ring = ImageDraw.Draw(picture), 0.42 * height
    width = max(height // 12, 2)
    for x, y in ((0.05, 0.02), (0.65, 0.56)):
        pen.ellipse((x * height, y * height, x * height + ring, y * height + ring), outline=255, width=width)
    pen.line(((0.6 + lean / 2) * height, 2, (0.6 - lean / 2) * height, height - 2), fill=255, width=width)
    return np.asarray(picture, np.float32) / 255


@pytest.mark.parametrize("text", ["5", "72", "406"])
@pytest.mark.parametrize("lean", [0.4, 0.7])
def test_a_percent_sign_is_no_digits(text: str, lean: float) -> None:
    ink = number(text, gap=12)
    rows = np.flatnonzero(ink.max(axis=1) > 0.5)
    sign = np.zeros((len(ink), 130), np.float32)
    drawn = percent_sign(int(np.ptp(rows)) + 1, lean)
    sign[rows[0] : rows[0] + len(drawn), 10 : 10 + drawn.shape[1]] = drawn
    file = file_of(np.hstack([ink, sign]))
    reading = reader().read(file)
    assert reading.text == text
    assert [separator.character for separator in reading.separators] == ["%"]
    assert reader(separators=True).read(file).text == f"{text}%"


@pytest.mark.parametrize("text", ["96", "80", "99666", "98", "60"])
def test_digits_with_such_holes_are_no_percent_sign(text: str) -> None:
    assert text_of(number(text, gap=4)) == text
