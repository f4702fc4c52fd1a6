"""Touching digits are cut."""

import pytest
from scipy import ndimage

from tests.helpers.handwritten_numbers import number, reader, text_of


@pytest.mark.parametrize(("text", "gap"), [("9217", -3), ("4680", -6), ("7588", -9)])
def test_touching_digits_are_cut(text: str, gap: int) -> None:
    if reader().model.non_digit is None:
        pytest.skip("a model without non-digits can't tell where to cut")
    ink = number(text, gap=gap)
    assert ndimage.label(ink > 0.4)[1] < 4, "in this picture none touch"
    assert text_of(ink) == text


@pytest.mark.parametrize("text", ["800", "2006", "5001"])
def test_round_digits_that_touch_are_cut_between_their_holes(text: str) -> None:
    if reader().model.non_digit is None:
        pytest.skip("a model without non-digits can't tell where to cut")
    assert text_of(number(text, gap=-3)) == text
