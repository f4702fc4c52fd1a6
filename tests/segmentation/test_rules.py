"""Ruled lines, base lines and frames are removed, and strokes that look like them stay."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from handwriting.segmentation.rules import without_rules
from tests.helpers.handwritten_numbers import TEXT, drawn_on, number, text_of


def with_lines(ink: Any, *lines: Any, width: int = 3) -> Any:
    """The ink with straight lines (x, y, x, y), as fractions of its width and height."""

    def draw(pen: ImageDraw.ImageDraw, *size: int) -> None:
        for line in lines:
            ends = [fraction * length for fraction, length in zip(line, size * 2, strict=True)]
            pen.line(ends, fill=255, width=width)

    return drawn_on(ink, draw)


def test_a_base_line_and_a_frame_are_ignored() -> None:
    ink = number(TEXT, gap=10)
    assert text_of(with_lines(ink, (0, 0.93, 1, 0.93))) == TEXT
    box = [(0.01, 0.05, 0.99, 0.05), (0.01, 0.95, 0.99, 0.95), (0.01, 0.05, 0.01, 0.95), (0.99, 0.05, 0.99, 0.95)]
    assert text_of(with_lines(ink, *box)) == TEXT


@pytest.mark.parametrize("row", [0.78, 0.8])
def test_digits_that_stand_on_a_base_line_keep_their_feet(row: float) -> None:
    assert text_of(with_lines(number("2053", gap=12), (0, row, 1, row), width=3)) == "2053"


@pytest.mark.parametrize(("text", "gap"), [("22222", 2), ("22222", 4), ("22222", 6), ("20222", 2), ("20222", 6)])
def test_feet_in_a_row_are_not_a_rule(text: str, gap: int) -> None:
    assert text_of(number(text, gap=gap)) == text


@pytest.mark.parametrize("overlap", [0, 4])
@pytest.mark.parametrize("flatness", [0.7, 1.0])
def test_wide_zeros_that_touch_keep_their_feet(overlap: int, flatness: float) -> None:
    height, width = 20, round(20 / flatness)
    page = Image.new("L", (5 * width, 40))
    for number_of_zero in range(4):
        left = 10 + number_of_zero * (width - overlap)
        ImageDraw.Draw(page).ellipse([left, 10, left + width, 10 + height], outline=255, width=3)
    ink = np.asarray(page, np.float32) / 255
    assert (without_rules(ink, height, 3) == ink).all()


@settings(max_examples=100)
@given(
    shape=st.tuples(st.integers(1, 60), st.integers(1, 200)),
    density=st.floats(0, 1),
    blur=st.tuples(st.floats(0, 3), st.floats(0, 30)),
    digit_height=st.floats(1, 60),
    stroke=st.floats(0.5, 9),
    seed=st.integers(0, 99),
)
def test_any_ink_is_kept_or_erased_but_never_changed(
    shape: Any, density: Any, blur: Any, digit_height: Any, stroke: Any, seed: int
) -> None:
    ink = ndimage.gaussian_filter((np.random.default_rng(seed).random(shape) < density).astype(np.float32), blur)
    ink /= max(ink.max(), 1e-6)
    cleared = without_rules(ink, digit_height, stroke)
    assert cleared.shape == ink.shape
    assert ((cleared == ink) | (cleared == 0)).all()


def test_the_paper_may_be_ruled_or_squared() -> None:
    ink = np.pad(number(TEXT, gap=12), 40)
    levels = [(0, y, 1, y) for y in np.arange(0.02, 1, 0.24)]
    uprights = [(x, 0, x, 1) for x in np.arange(0.04, 1, 0.11)]
    for lines in (levels, levels + uprights):
        assert text_of(np.maximum(ink, 0.5 * with_lines(np.zeros_like(ink), *lines, width=2))) == TEXT


def test_an_even_grey_picture_takes_little_time() -> None:
    """It seems to have very wide strokes, and no window that is looked at may grow with them."""
    began = time.process_time()
    without_rules(np.full((100, 1000), 0.7, np.float32), 0, 1300)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("text", ["15", "51", "1731"])
def test_a_1_between_the_lines_of_a_row_is_no_side_of_a_frame(text: str) -> None:
    ink = number(text, gap=16, margin=8)
    ink[:3] = ink[-3:] = 1
    assert text_of(ink) == text
