"""Boxes, cells and rings around digits are removed from the ink; what touches them, and holes of digits, stay."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from handwriting.interfaces import Floats
from handwriting.pictures.enclosures import without_enclosures
from tests.helpers.handwritten_numbers import TEXT, drawn_on, file_of, number, reader, text_of


def in_boxes(text: str, gap: int, pen: int = 3) -> Floats:
    """Each digit in a box, `gap` pixels from the next one."""
    side, height = 70, 90
    page = Image.new("L", (40 + len(text) * (side + gap), height + 40))
    draw = ImageDraw.Draw(page)
    for position, character in enumerate(text):
        left = 20 + position * (side + gap)
        draw.rectangle((left, 20, left + side, 20 + height), outline=255, width=pen)
        if character == " ":
            continue
        glyph = Image.fromarray((number(character, margin=0) * 255).astype(np.uint8))
        place = left + (side - glyph.width) // 2, 20 + (height - glyph.height) // 2
        page.paste(255, place, glyph)
    return np.asarray(page, np.float32) / 255


@pytest.mark.parametrize("pen", [2, 4])
@pytest.mark.parametrize("gap", [0, 12])
def test_each_digit_may_have_a_box_of_its_own(gap: int, pen: int) -> None:
    assert text_of(in_boxes("4072835169", gap, pen=pen)) == "4072835169"


def test_a_digit_that_touches_its_box_stays() -> None:
    ink = in_boxes("3072", 12)
    ink[64:68, 22:60] = 1  # the middle bar of the 3 reaches the box
    assert text_of(ink) == "3072"


def test_a_form_has_many_boxes() -> None:
    rows = ["40728351", "69407283", "51694072", "83516940", "72835169", "40728351", "69407283"]
    ink = np.concatenate([in_boxes(row, 12) for row in rows])
    assert text_of(ink) == "".join(rows)


def test_a_grid_may_have_blank_cells() -> None:
    rows = ["4 07  2", " 8 35 1", "69  4 0"]
    ink = np.concatenate([in_boxes(row, 0)[20:-20] for row in rows])
    read = reader(expected="lines").read(file_of(np.pad(ink, 20))).text
    assert read is not None
    assert [row.replace(" ", "") for row in read.splitlines()] == [row.replace(" ", "") for row in rows]


@pytest.mark.parametrize("text", ["7", "0", "42", "193"])
def test_a_ring_is_no_zero(text: str) -> None:
    ink = np.pad(number(text, gap=10), 40)
    ringed = drawn_on(ink, lambda pen, width, height: pen.ellipse((9, 9, width - 9, height - 9), outline=255, width=4))
    assert text_of(ringed) == text


def test_a_ring_that_does_not_quite_close_is_one() -> None:
    ink = np.pad(number("58", gap=10), 40)
    ringed = drawn_on(
        ink, lambda pen, width, height: pen.arc((9, 9, width - 9, height - 9), -88, 270, fill=255, width=4)
    )
    assert text_of(ringed) == "58"


def test_the_cells_of_a_table_are_left_out() -> None:
    def cells(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        pen.rectangle((6, 6, width - 6, height - 6), outline=255, width=3)
        pen.line((6, height // 2, width - 6, height // 2), fill=255, width=3)

    lines = np.concatenate([np.pad(number(text, gap=12), ((20, 20), (20, 20))) for text in (TEXT, TEXT[::-1])])
    assert text_of(drawn_on(lines, cells)) == TEXT + TEXT[::-1]


@pytest.mark.parametrize("digit", [0, 6, 8, 9])
def test_a_hole_with_a_dot_is_one_of_a_digit(digit: int) -> None:
    ink = number(f"1{digit}7", gap=12)
    y, x = np.indices(ink.shape)
    holes, count = ndimage.label(ndimage.binary_fill_holes(ink > 0.3) & (ink <= 0.3))
    for row, column in ndimage.center_of_mass(holes > 0, holes, range(1, count + 1)):
        ink[(y - row) ** 2 + (x - column) ** 2 < 2] = 1
    assert (without_enclosures(ink) == ink).all()


def test_a_picture_full_of_specks_takes_little_time() -> None:
    ink = np.zeros((960, 960), np.float32)
    ink[::4, ::4] = 1
    for row in range(8, 940, 48):
        ink[row : row + 20, 8::24] = 1
    started = time.process_time()
    without_enclosures(ink)
    assert time.process_time() - started < 0.3


@settings(max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 60), st.integers(1, 90)),
    density=st.floats(0, 1),
    blur=st.floats(0, 3),
    rings=st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 50), st.integers(1, 60), st.integers(1, 4)), max_size=4
    ),
    seed=st.integers(0, 99),
)
def test_any_ink_is_kept_or_erased_but_never_changed(
    shape: Any, density: float, blur: float, rings: Any, seed: int
) -> None:
    ink = ndimage.gaussian_filter((np.random.default_rng(seed).random(shape) < density).astype(np.float32), blur)

    def draw(pen: ImageDraw.ImageDraw, _width: int, _height: int) -> None:
        for x, y, side, width in rings:
            pen.rectangle((x, y, x + side, y + side), outline=255, width=width)

    ink = drawn_on(ink / max(ink.max(), 1e-6), draw)
    cleared = without_enclosures(ink)
    assert cleared.shape == ink.shape
    assert ((cleared == ink) | (cleared == 0)).all()
