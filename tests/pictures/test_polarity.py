"""Light ink on a dark background is read like dark ink on a light one."""

import numpy as np
import pytest

from handwriting.pictures.preparation import prepare
from tests.helpers.drawings import INK, REFERENCE, drawing, likeness, prepared
from tests.helpers.handwritten_numbers import number, text_of


@pytest.mark.parametrize(("paper", "ink"), [(1, 0), (0, 1), (0.9, 0.6), (0.2, 0.35), (0.5, 0.4), (0.3, 1)])
def test_light_on_dark_is_read_like_dark_on_light(paper: float, ink: float) -> None:
    assert likeness(prepared(paper + (ink - paper) * INK).image, REFERENCE) > 0.99


@pytest.mark.parametrize(("paper", "pen"), [(0.7, 0.2), (0.2, 0.7)])
def test_a_margin_tells_the_paper_from_a_thick_digit(paper: float, pen: float) -> None:
    turns = np.linspace(0, 2 * np.pi, 40)
    ring = [(50 + 18 * np.cos(turn), 50 + 20 * np.sin(turn)) for turn in turns]
    thick = np.pad(drawing([ring], width=28), 10)
    grain = np.random.default_rng(2).normal(0, 0.03, thick.shape)
    assert likeness(prepared(paper + thick * (pen - paper) + grain).image, prepared(1 - thick).image) > 0.9


def test_invert_overrides_the_detected_polarity() -> None:
    assert likeness(prepared(1 - INK, invert="no").image, REFERENCE) > 0.99
    assert likeness(prepared(INK, invert="yes").image, REFERENCE) > 0.99
    wrong = prepare(np.asarray(1 - INK, np.float32), "yes")
    assert wrong is None or likeness(wrong.image, REFERENCE) < 0.9


@pytest.mark.parametrize("is_light", [False, True], ids=["dark", "light"])
@pytest.mark.parametrize("sides", ["right and below", "left and right", "above and left"])
def test_a_digit_in_a_framed_cell_is_read(sides: str, is_light: bool) -> None:
    framed = {"right and below": (0, 6, 0, 6), "left and right": (0, 0, 6, 5), "above and left": (5, 0, 6, 0)}[sides]
    above, below, left, right = framed
    rng = np.random.default_rng(4)
    read = []
    for digit in range(10):
        ink = 0.6 * number(str(digit), margin=14)
        ink[:above], ink[len(ink) - below :], ink[:, :left], ink[:, ink.shape[1] - right :] = 1, 1, 1, 1
        ink += rng.normal(0, 0.02, ink.shape).astype(np.float32)
        paper, pen = (60, 230) if is_light else (200, 30)
        read.append(text_of(ink, paper=paper, pen=pen))
    assert sum(text == str(digit) for digit, text in enumerate(read)) >= 9
