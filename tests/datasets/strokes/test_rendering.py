"""Rendering: the box and the centre of mass of MNIST, and the anti-aliased pen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.datasets.strokes import rendering
from handwriting.datasets.strokes.paths import SAMPLES
from handwriting.datasets.strokes.writing import Writing
from handwriting.interfaces import Examples, Images


def ink_box(image: Images) -> tuple[int, int]:
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_ink_fills_a_box_of_20(drawn: Examples) -> None:
    sides = np.array([max(ink_box(image)) for image in drawn.images])
    assert sides.max() == 20
    assert sides.min() >= 19  # the outermost pixels may be covered by less than 1/255


def test_mass_is_at_the_centre(drawn: Examples) -> None:
    ink = drawn.images / drawn.images.sum(axis=(1, 2), keepdims=True)
    middle = np.arange(28) + 0.5
    mass = np.stack([ink.sum(axis=2) @ middle, ink.sum(axis=1) @ middle])
    assert np.quantile(abs(mass - rendering.CENTRE), 0.995) <= 0.51
    assert abs(mass - rendering.CENTRE).max() < 2


def test_light_ink_with_soft_edges_on_dark(drawn: Examples) -> None:
    inked = (drawn.images > 0).mean(axis=(1, 2))
    assert inked.min() > 0.02
    assert inked.max() < 0.5
    assert np.all(drawn.images.max(axis=(1, 2)) > 200)
    assert 0.05 < ((drawn.images > 0) & (drawn.images < 255)).mean() < 0.25


def straight_line(start: tuple[float, float], end: tuple[float, float], radius: float) -> Writing:
    points = np.linspace(start, end, SAMPLES, dtype=np.float32)[None]
    down = np.ones((1, SAMPLES - 1), dtype=np.bool_)
    return Writing(points, np.full((1, SAMPLES), radius, dtype=np.float32), down)


def test_pen_covers_pixels_partly() -> None:
    (ink,) = rendering.rasterized(straight_line((5, 10), (15, 10), 1.25))
    np.testing.assert_allclose(ink[:, 10][7:13], [0, 0.25, 1, 1, 0.25, 0], atol=1e-5)


@given(angle=st.floats(0, 2 * np.pi), radius=st.floats(1, 3))
def test_amount_of_ink_is_the_area_of_the_line(angle: float, radius: float) -> None:
    across = 5 * np.array([np.cos(angle), np.sin(angle)])
    (ink,) = rendering.rasterized(straight_line(tuple(10 - across), tuple(10 + across), radius))
    assert ink.sum() == pytest.approx(2 * radius * 10 + np.pi * radius**2, rel=0.06)


def test_lifted_pen_leaves_no_ink() -> None:
    line = straight_line((5, 10), (15, 10), 1)
    assert rendering.rasterized(Writing(line.points, line.radii, ~line.pen_down)).max() == 0
