"""Slanted digits are made upright, and faint strokes belong to their digit."""

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from tests.helpers.handwritten_numbers import TEXT, file_of, number, reader, text_of


@pytest.mark.parametrize("shear", [-0.15, 0.3])
def test_the_digits_may_lean(shear: float) -> None:
    ink = number(TEXT, gap=12)
    page = np.pad(ink, ((0, 0), (40, 40)))
    leaning = ndimage.affine_transform(page, np.array([[1, 0], [shear, 1]]), [0, -shear * len(page) / 2], order=1)
    assert text_of(leaning) == TEXT


@pytest.mark.parametrize(("text", "place", "rows"), [("40728", 1, (0.5, 0.75)), ("7123", 0, (0.3, 0.5))])
@pytest.mark.parametrize("faint", [0.28, 0.33])
def test_a_stroke_may_be_faint_in_its_middle(text: str, place: int, rows: Any, faint: float) -> None:
    ink = number(text, gap=12)
    x, y, width, height = reader().read(file_of(ink)).digits[place].box
    start, end = (round(y + fraction * height) for fraction in rows)
    ink[start:end, round(x) - 2 : round(x + width) + 2] *= faint
    assert text_of(ink) == text
