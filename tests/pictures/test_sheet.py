"""A sheet on a desk and a blackboard on a wall are found: what lies around them is neither paper nor ink."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.helpers.handwritten_numbers import TEXT, file_of, number, reader

INK = number(TEXT, gap=12, margin=50)


def photo(angle: float, desk: float, paper: float, pen: float) -> Any:
    """The levels, 0 to 255, of a sheet with a number on a desk, turned by an angle in degrees, with noise."""
    sheet = np.pad(paper + INK * (pen - paper), 80, constant_values=desk).astype(np.float32)
    turned = Image.fromarray(sheet).rotate(angle, Image.Resampling.BICUBIC, fillcolor=desk)
    return np.asarray(turned) + np.random.default_rng(3).normal(0, 3, sheet.shape)


@pytest.mark.parametrize("angle", [0, 4, -7])
@pytest.mark.parametrize(("desk", "paper", "pen"), [(50, 205, 40), (90, 240, 60), (200, 50, 220)])
def test_a_sheet_is_read_as_if_the_desk_were_not_there(angle: float, desk: float, paper: float, pen: float) -> None:
    picture = file_of(np.zeros((1, 1)), photo(angle, desk, paper, pen))
    assert reader().read(picture).text == TEXT


def test_a_shadow_across_a_number_is_not_the_end_of_a_sheet() -> None:
    paper: NDArray[Any] = np.full(INK.shape, 230.0)
    paper[:, paper.shape[1] // 2 :] *= 0.6
    assert reader().read(file_of(INK, paper, 20)).text == TEXT


@pytest.mark.parametrize("desk", [0, 9])
def test_a_strip_of_desk_and_a_shadow_do_not_turn_ink_and_paper_around(desk: int) -> None:
    page = np.pad(number("1572", gap=30), ((200, 300), (120, 150)))
    y, x = np.mgrid[-1 : 1 : page.shape[0] * 1j, -1 : 1 : page.shape[1] * 1j]
    paper = 180 * (1 - 0.4 / (1 + np.exp(-(x + 2 * y - 1.2) / 0.2)))
    paper = np.where(np.arange(page.shape[1]) < desk * np.linspace(0.3, 1, len(page))[:, None], 40, paper)
    page[paper == 40] = 0
    assert reader().read(file_of(page, paper)).text == "1572"


def photograph_of(ink: NDArray[Any]) -> Image.Image:
    """A photograph of ink on paper that becomes darker towards its sides."""
    y, x = np.mgrid[-1 : 1 : ink.shape[0] * 1j, -1 : 1 : ink.shape[1] * 1j]
    levels = (190 - 130 * ink) * (1 - 0.45 * (x**2 + y**2) / 2) + np.random.default_rng(5).normal(0, 3, ink.shape)
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("level", [0, 120, 255])
@pytest.mark.parametrize(("beside", "above"), [(0, 0.4), (0.3, 0.3), (1.0, 1.0)])
def test_a_photograph_on_a_page_or_between_bars(beside: float, above: float, level: int) -> None:
    photo = np.asarray(photograph_of(INK))
    margins = [(round(above * len(photo)),) * 2, (round(beside * photo.shape[1]),) * 2]
    assert reader().read(file_of(np.zeros((1, 1)), np.pad(photo, margins, constant_values=level))).text == TEXT


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("angle", [3, -8, 30])
def test_the_corners_of_a_turned_photograph(angle: float, level: int) -> None:
    turned = photograph_of(INK).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=level)
    assert reader().read(file_of(np.zeros((1, 1)), turned)).text == TEXT
    compressed = file_of(np.zeros((1, 1)), turned, form="JPEG", quality=50)
    assert reader().read(compressed).text == TEXT


@pytest.mark.parametrize("level", [0, 120, 255])
def test_a_light_digit_on_a_dark_square_on_a_page(level: int) -> None:
    square = np.asarray(Image.fromarray(255 * number("8", margin=30)).convert("L").resize((200, 200)))
    page = np.pad(square, 100, constant_values=level)
    assert reader().read(file_of(np.zeros((1, 1)), page)).text == "8"


@pytest.mark.parametrize(("size", "pen"), [(120, 6), (200, 12), (300, 20)])
def test_the_rings_of_a_thick_8_are_no_strokes_on_a_sheet(size: int, pen: int) -> None:
    page = Image.new("L", (round(1.1 * size), round(1.2 * size)), 255)
    place = page.width / 2, page.height / 2
    ImageDraw.Draw(page).text(place, "8", 0, ImageFont.load_default(size), "mm", stroke_width=pen)
    assert reader().read(file_of(np.zeros((1, 1)), page)).text == "8"
