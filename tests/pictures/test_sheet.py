"""A sheet on a desk and a blackboard on a wall are found: what lies around them is neither paper nor ink."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

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
