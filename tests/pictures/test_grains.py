"""Strokes of chalk, which fall apart into grains, are read; those of a pen are not changed."""

import numpy as np
import pytest

from handwriting.interfaces import Floats
from handwriting.pictures.grains import without_grains
from tests.helpers.handwritten_numbers import number, text_of


def chalk(ink: Floats, grain: float, missing: float = 0.45) -> Floats:
    """Return the ink without a fraction of its area; `grain` is about the size of the grains in pixels."""
    from scipy import ndimage

    noise = ndimage.gaussian_filter(np.random.default_rng(0).normal(0, 1, ink.shape), grain)
    return np.where(noise >= np.quantile(noise[ink > 0.5], missing), ink, 0)


@pytest.mark.parametrize(
    ("text", "scale", "grain"), [("1572", 2, 1.5), ("43890", 2, 1.5), ("43890", 3, 2), ("26", 3, 2)]
)
@pytest.mark.parametrize(("board", "pen"), [(50, 230), (235, 60)])
def test_a_number_in_chalk_or_crayon_is_read(text: str, scale: float, grain: float, board: int, pen: int) -> None:
    assert text_of(chalk(number(text, gap=20, scale=scale), grain), paper=board, pen=pen) == text


@pytest.mark.parametrize(("text", "scale"), [("40728", 1), ("88086", 0.6), ("1572", 3)])
def test_the_ink_of_a_pen_is_not_changed(text: str, scale: float) -> None:
    ink = number(text, scale=scale)
    assert without_grains(ink) is ink


def test_small_holes_of_noise_are_not_grains() -> None:
    ink = number("40728", scale=2)
    noisy = np.where(np.random.default_rng(0).random(ink.shape) < 0.02, 0, ink).astype(np.float32)
    assert without_grains(noisy) is noisy


def test_the_holes_of_many_small_digits_are_not_grains() -> None:
    ink = number("8064908649", scale=0.15, margin=8)
    page = np.tile(ink, (20, 2))
    assert without_grains(page) is page
