"""Ink is found on paper in any light; shadows, tables and blank paper are not ink."""

from typing import Any

import numpy as np
import pytest

from handwriting.pictures.preparation import prepare
from tests.helpers.drawings import FAR, INK, REFERENCE, likeness, photograph, prepared
from tests.helpers.handwritten_numbers import TEXT, number, text_of


@pytest.mark.parametrize("contrast", [0.3, 0.5, 0.8])
def test_uneven_light_does_not_matter(contrast: float) -> None:
    assert likeness(prepared(photograph(FAR, contrast=contrast)).image, REFERENCE) > 0.93


def test_a_shadow_and_a_table_are_not_ink() -> None:
    grey = photograph(FAR)
    grey[:, :300] *= 0.65
    assert likeness(prepared(grey).image, REFERENCE) > 0.9
    grey = photograph(FAR)
    grey[:, :50] = 0.1
    assert likeness(prepared(grey).image, REFERENCE) > 0.9


def test_a_sheet_on_a_black_table_is_not_ink() -> None:
    assert likeness(prepared(np.pad(1 - INK, 20)).image, REFERENCE) > 0.95


@pytest.mark.parametrize("size", [(28, 28), (100, 100), (480, 640), (1, 1), (1, 500), (500, 1)])
def test_a_blank_picture_has_no_ink(size: Any) -> None:
    rng = np.random.default_rng(1)
    for level in (0.0, 0.5, 1.0):
        assert prepare(np.full(size, level, np.float32)) is None
    assert prepare((0.8 + rng.normal(0, 0.01, size)).astype(np.float32)) is None


@pytest.mark.parametrize("size", [(100, 100), (480, 640), (640, 480)])
def test_uneven_light_is_not_ink(size: Any) -> None:
    assert prepare(photograph(np.zeros(size)).astype(np.float32)) is None
    assert prepare((0.5 + 0.4 * np.linspace(0, 1, size[1]) * np.ones(size)).astype(np.float32)) is None


@pytest.mark.parametrize(("scale", "margin", "noise"), [(1, 3, 6), (0.5, 2, 4), (1, 1, 6), (0.8, 0, 10)])
def test_a_strip_hardly_higher_than_its_digits_is_not_blank(scale: float, margin: int, noise: float) -> None:
    """The paper seems to be lighter beyond a side that a stroke is near, and that is not its level."""
    ink = number(TEXT, scale=scale, margin=margin)
    paper = 160 + np.random.default_rng(0).normal(0, noise, ink.shape)
    assert text_of(ink, paper=paper, pen=70) == TEXT
