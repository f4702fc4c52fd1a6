"""Slanted digits are made upright, and faint strokes belong to their digit."""

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from handwriting.pictures.ink import find_ink
from handwriting.segmentation.levelling import with_slant
from handwriting.segmentation.page import Page
from tests.helpers.handwritten_numbers import SEVEN_AS_ONE, TEXT, file_of, number, reader, text_of


@pytest.mark.parametrize("shear", [-0.15, 0.3])
def test_the_digits_may_lean(shear: float) -> None:
    ink = number(TEXT, gap=12)
    page = np.pad(ink, ((0, 0), (40, 40)))
    leaning = ndimage.affine_transform(page, np.array([[1, 0], [shear, 1]]), [0, -shear * len(page) / 2], order=1)
    assert text_of(leaning) == TEXT


@pytest.mark.parametrize(
    ("text", "place", "rows"),
    [
        ("40728", 1, (0.5, 0.75)),
        ("1123", 0, (0.3, 0.5)),
        pytest.param("7123", 0, (0.3, 0.5), marks=SEVEN_AS_ONE),
    ],
)
@pytest.mark.parametrize("faint", [0.28, 0.33])
def test_a_stroke_may_be_faint_in_its_middle(text: str, place: int, rows: Any, faint: float) -> None:
    ink = number(text, gap=12)
    x, y, width, height = reader().read(file_of(ink)).digits[place].box
    start, end = (round(y + fraction * height) for fraction in rows)
    ink[start:end, round(x) - 2 : round(x + width) + 2] *= faint
    assert text_of(ink) == text


def test_a_line_can_have_its_slant_back() -> None:
    """The places of its ink in the picture stay the same."""
    page = np.pad(number(TEXT, gap=12), ((0, 0), (40, 40)))
    leaning = ndimage.affine_transform(page, np.array([[1, 0], [0.3, 1]]), [0, -0.3 * len(page) / 2], order=1)
    ink = find_ink(1 - leaning, "no")
    assert ink is not None
    upright = Page(ink).graphs()[0].line
    for line in (upright, with_slant(upright, 0.5), with_slant(upright, 1)):
        places = np.argwhere(line.amount > 0.5) @ line.matrix[:, :2].T + line.matrix[:, 2]
        rows, columns = places.round().astype(int).T
        assert (ink.amount[rows, columns] > 0.3).mean() > 0.99
    assert 0 < with_slant(upright, 0.5).shear < upright.shear
    assert with_slant(upright, 1).shear == 0
