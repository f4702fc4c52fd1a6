"""The width of strokes is measured from their area and outline, whether their edges are hard or soft."""

import numpy as np
import pytest
from scipy import ndimage

from handwriting.pictures.stroke_width import gradient_length, median_stroke_width, narrow_shapes, stroke_width


@pytest.mark.parametrize("width", [5, 9])
@pytest.mark.parametrize("softness", [0, 1])
def test_the_width_of_a_bar(width: int, softness: int) -> None:
    bar = np.zeros((240, 40), np.float32)
    bar[20:220, 15 : 15 + width] = 1
    soft = ndimage.gaussian_filter(bar, softness)
    assert stroke_width(soft) == pytest.approx(width, rel=0.1)
    assert stroke_width(soft.T) == pytest.approx(stroke_width(soft), rel=1e-5)


def test_the_gradient_of_a_slope_has_the_same_length_everywhere() -> None:
    slope = 0.3 * np.arange(6)[:, np.newaxis] + 0.4 * np.arange(5)
    np.testing.assert_allclose(gradient_length(slope), np.full((5, 4), 0.5))


@pytest.mark.parametrize("width", [5, 12, 30])
def test_blots_hardly_change_the_median_width(width: int) -> None:
    amount = np.zeros((480, 640), np.float32)
    for left in range(20, 500, 4 * width):
        amount[30:330, left : left + width] = 1
    assert median_stroke_width(amount) == pytest.approx(width, rel=0.2)
    amount[350:] = 1
    assert median_stroke_width(amount) == pytest.approx(width, rel=0.2)
    assert median_stroke_width(np.zeros((480, 640), np.float32)) == 0


@pytest.mark.parametrize("width", [3, 5, 9, 13])
@pytest.mark.parametrize("size", [(60, 80), (5, 40), (40, 5)])
def test_narrow_shapes_are_the_top_hats_of_scipy(size: tuple[int, int], width: int) -> None:
    grey = np.random.default_rng(width).random(size).astype(np.float32)
    dark, light = narrow_shapes(grey, width)
    np.testing.assert_array_equal(dark, ndimage.black_tophat(grey, (width, width), mode="nearest"))
    np.testing.assert_array_equal(light, ndimage.white_tophat(grey, (width, width), mode="nearest"))
