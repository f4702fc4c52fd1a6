"""However a digit was drawn, the network sees it as in MNIST."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from handwriting.interfaces import Images, Labels
from handwriting.pictures.preparation import BOX_SIDE, IMAGE_SIDE, SETTINGS, prepare
from tests.helpers.drawings import REFERENCE, drawing, likeness, prepared


def test_a_prepared_digit_is_as_in_mnist() -> None:
    assert REFERENCE.shape == (IMAGE_SIDE, IMAGE_SIDE)
    assert REFERENCE.dtype == np.uint8
    assert REFERENCE.max() == 255
    rows, columns = (np.flatnonzero(REFERENCE.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == BOX_SIDE
    centres = [float(REFERENCE.sum(axis=1 - axis) @ np.arange(IMAGE_SIDE) / REFERENCE.sum()) for axis in (0, 1)]
    assert all(13.5 <= centre < 14.5 for centre in centres)


def test_the_settings_can_be_stored_as_json() -> None:
    assert SETTINGS["version"] == 1
    assert all(isinstance(value, int | float | str) for value in SETTINGS.values())


@pytest.mark.parametrize("scale", [0.5, 1, 2, 4, 8])
def test_size_does_not_matter(scale: float) -> None:
    assert likeness(prepared(1 - drawing(scale=scale)).image, REFERENCE) > 0.97


@pytest.mark.parametrize("shift", [(-10, -8), (150, 20), (300, 380), (0, 200)])
def test_place_does_not_matter(shift: Any) -> None:
    digit = prepared(1 - drawing(size=(400, 500), shift=shift))
    assert likeness(digit.image, REFERENCE) > 0.97
    x, y, width, height = digit.box
    assert (x, y) == pytest.approx((15 + shift[0], 9 + shift[1]), abs=2)
    assert (width, height) == pytest.approx((68, 83), abs=3)


def test_the_box_is_in_pixels_of_the_grey_picture() -> None:
    assert prepared(1 - drawing(scale=16)).box == pytest.approx((16 * 15.5, 16 * 9.5, 16 * 67, 16 * 83), abs=24)


@pytest.mark.parametrize("width", [2, 4, 9, 18])
def test_strokes_of_any_width_become_as_in_mnist(width: int) -> None:
    image = prepared(1 - drawing(width=width, scale=4)).image
    assert likeness(image, REFERENCE) > 0.7
    assert 0.07 < image.mean() / 255 < 0.22


@pytest.mark.parametrize("shape", [(300, 1000), (1000, 1000)])
def test_stripes_a_pixel_wide_across_a_large_picture_can_be_prepared(shape: tuple[int, int]) -> None:
    grey = np.ones(shape, np.float32)
    grey[::15] = 0
    assert prepared(grey).image.max() == 255


@settings(max_examples=150)
@given(
    arrays.arrays(
        np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(0, 1, width=32)
    ),
    st.sampled_from(["auto", "yes", "no"]),
)
def test_any_picture_can_be_prepared(grey: Any, invert: Any) -> None:
    before = grey.copy()
    digit = prepare(grey, invert)
    if digit is not None:
        assert digit.image.shape == (IMAGE_SIDE, IMAGE_SIDE)
        assert digit.image.max() == 255
        x, y, width, height = digit.box
        assert 0 <= x < x + width <= grey.shape[1]
        assert 0 <= y < y + height <= grey.shape[0]
    np.testing.assert_array_equal(grey, before)


@pytest.mark.parametrize("inverted", [False, True])
def test_mnist_stays_as_it_is(mnist_test: tuple[Images, Labels], inverted: bool) -> None:
    images, _ = mnist_test
    changes = []
    for image in images:
        grey = image.astype(np.float32) / 255
        changes.append(np.abs(prepared(1 - grey if inverted else grey).image.astype(int) - image).max())
    assert np.median(changes) <= 8
    assert np.mean(np.array(changes) <= 32) > 0.85
