"""Separators, spaces and words in lines of digits."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.helpers.handwritten_numbers import file_of, number, reader, text_of


@pytest.mark.parametrize("mark", [(0, 0, 7, 7), (0, 0, 7, 16), (0, -26, 22, 4)], ids=["dot", "comma", "dash"])
def test_separators_are_skipped(mark: Any) -> None:
    left, right = number("12", gap=10, margin=10), number("50", gap=10, margin=10)
    x, y, width, height = mark
    middle = np.zeros((left.shape[0], 40), np.float32)
    foot = left.shape[0] - 16 + y
    middle[foot : foot + height, 5 + x : 5 + x + width] = 1
    rows = min(len(left), len(right))
    assert text_of(np.hstack([left[:rows], middle[:rows], right[:rows]])) == "1250"


def test_a_wide_gap_is_a_space() -> None:
    assert text_of(number("12 34")) == "12 34"
    assert text_of(number("1234", gap=30)) == "1234"


@pytest.mark.parametrize("word", ["Hello", "Teacher", "Kurt", "Paper", "Yes", "Total"])
def test_words_are_not_numbers(word: str) -> None:
    if reader().model.non_digit is None:
        pytest.skip("a model without non-digits reads letters as digits")
    page = Image.new("L", (90 * len(word) + 80, 220))
    ImageDraw.Draw(page).text((40, 30), word, font=ImageFont.load_default(size=120), fill=255)
    reading = reader().read(file_of(np.asarray(page, np.float32) / 255))
    assert reading.text is None
    assert "nothing to read" in reading.reason
