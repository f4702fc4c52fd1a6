"""Any picture of a number reads the same, on whatever it was written."""

import time
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from tests.helpers.handwritten_numbers import TEXT, file_of, number, reader, text_of


@pytest.mark.parametrize("text", ["19", "306", TEXT, "6295831", "000", "11"])
def test_reads_every_digit_in_order(text: Any) -> None:
    assert text_of(number(text)) == text


def test_each_digit_has_its_box_and_confidence() -> None:
    reading = reader().read(file_of(number("352", gap=20, margin=30)))
    assert [digit.digit for digit in reading.digits] == ["3", "5", "2"]
    assert all(0 < one.confidence <= 1 for one in (reading, *reading.digits))
    lefts = [digit.box[0] for digit in reading.digits]
    rights = [digit.box[0] + digit.box[2] for digit in reading.digits]
    assert lefts[0] == pytest.approx(30, abs=4)
    assert all(12 <= left - right <= 28 for left, right in zip(lefts[1:], rights, strict=False))
    assert all(digit.box[1] == pytest.approx(30, abs=4) for digit in reading.digits)


def test_two_lines_are_one_number_or_two_if_lines_are_expected() -> None:
    upper, lower = number("123"), number("987")
    width = max(upper.shape[1], lower.shape[1])
    page = np.vstack([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in (upper, lower)])
    assert text_of(page) == "123987"
    assert reader(expected="lines").read(file_of(page)).text == "123\n987"


@pytest.mark.parametrize("scale", [0.5, 1, 2, 4, 8])
def test_size_does_not_matter(scale: float) -> None:
    assert text_of(number(TEXT, gap=9, scale=scale)) == TEXT


@pytest.mark.parametrize("margin", [2, 20, 200])
def test_the_margin_does_not_matter(margin: int) -> None:
    assert text_of(number(TEXT, margin=margin)) == TEXT


COLOURS = [(240, 40), (40, 240), (170, 110), ((250, 240, 170), (30, 40, 160)), ((20, 60, 40), (240, 240, 230))]


@pytest.mark.parametrize(("paper", "pen"), COLOURS)
def test_colours_do_not_matter(paper: Any, pen: Any) -> None:
    assert text_of(number(TEXT), paper=paper, pen=pen) == TEXT


def shaded(shape: Any, rng: np.random.Generator) -> Any:
    y, x = (np.linspace(0, 1, length) for length in shape)
    return 120 + 110 * np.outer(1 - 0.4 * y, 1 - 0.5 * x)


def grainy(shape: Any, rng: np.random.Generator) -> Any:
    return 200 + 12 * ndimage.gaussian_filter(rng.standard_normal(shape), 1.5) / 0.2


def patterned(shape: Any, rng: np.random.Generator) -> Any:
    y, x = np.indices(shape)
    return 200 + 14 * np.sin(y / 3 + 4 * np.sin(x / 40))


def spotted(shape: Any, rng: np.random.Generator) -> Any:
    page = np.full(shape, 225.0)
    page[rng.random(shape) < 0.002] = 60
    return page


def half_in_shadow(shape: Any, rng: np.random.Generator) -> Any:
    page = np.full(shape, 215.0)
    page[:, : shape[1] // 2] = 150
    return page


@pytest.mark.parametrize(
    "paper", [shaded, grainy, patterned, spotted, half_in_shadow], ids=lambda paper: paper.__name__
)
def test_the_paper_does_not_matter(paper: Any) -> None:
    ink = number(TEXT, gap=9)
    assert text_of(ink, paper=paper(ink.shape, np.random.default_rng(3)), pen=50) == TEXT


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_may_be_held_in_any_way(orientation: int) -> None:
    page = Image.fromarray((number(TEXT) * 255).astype(np.uint8))
    names = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
             6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}  # fmt: skip
    if orientation in names:
        page = page.transpose(Image.Transpose[names[orientation]])
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(np.asarray(page, np.float32) / 255, form="JPEG", quality=95, exif=exif)
    assert reader().read(data).text == TEXT


def test_the_same_picture_always_reads_the_same() -> None:
    data = file_of(number(TEXT, gap=-2))
    first, second = reader().read(data), reader().read(data)
    assert (first.text, first.confidence) == (second.text, second.confidence)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (40, 300), (600, 600)])
def test_blank_paper_says_nothing(shape: Any) -> None:
    reading = reader().read(file_of(np.zeros(shape, np.float32)))
    assert reading.text is None
    assert "nothing to read" in reading.reason


def test_a_texture_is_refused() -> None:
    """A grid of dots that nearly touch: neither many lines of digits nor one, and it takes no long time."""
    place = np.arange(640) % 8 < 6
    grey = np.where(place[:, None] & place, 0, 255).astype(np.uint8)
    began = time.process_time()
    assert reader().read(grey).text is None
    assert time.process_time() - began < 5


def test_a_steep_line_of_tiny_marks_is_refused() -> None:
    """Level and enlarged it would have many millions of pixels."""
    picture = Image.new("L", (640, 640), 255)
    for place in range(4, 630, 12):
        ImageDraw.Draw(picture).ellipse((place, place, place + 5, place + 5), fill=0)
    reading = reader().read(picture)
    assert "more ink than a page of digits" in str(reading.reason)


def test_marks_and_digits_much_lower_than_a_number_are_no_part_of_it() -> None:
    page = np.pad(number("40728", gap=12), 60)
    small = number("35", gap=10, scale=0.4, margin=4)
    for rows, columns in (
        (slice(6, 6 + len(small)), slice(9, 9 + small.shape[1])),
        (slice(-6 - len(small), -6), slice(-9 - small.shape[1], -9)),
    ):
        page[rows, columns] = np.maximum(page[rows, columns], small)
    file = file_of(page)
    reading = reader().read(file)
    assert reading.text == "40728"
    assert len(reading.ignored) == 4
    assert reader(expected="lines").read(file).text == "35\n40728\n35"
