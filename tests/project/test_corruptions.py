"""The corruptions of the benchmark: each does what it says, and the same for the same seed."""

from typing import Any

import numpy as np
import pytest

from handwriting.datasets.strokes import Strokes
from tests.benchmarks.corruptions import CORRUPTIONS, corrupted
from tests.helpers.hwr import Hwr

DETERMINISTIC = ("scale", "brightness", "stripe", "canny edges")
BAR = np.pad(np.full((16, 2), 255, np.uint8), ((6, 6), (13, 13)))
"""A vertical bar in the middle."""


@pytest.fixture(scope="module")
def images(trained_once: Hwr) -> Any:
    """Some drawn digits, uint8 (40, 28, 28)."""
    return np.asarray(Strokes().load(trained_once.data / "datasets" / "strokes").test.images[:400:10])


def bars(name: Any) -> Any:
    """Return many corrupted bars, 0 to 1."""
    return corrupted(name, np.repeat(BAR[None], 50, axis=0)) / 255


def centre(light: Any) -> Any:
    """Return the mean column of the light in a row or an image."""
    return np.average(np.indices(light.shape)[-1], weights=light)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_image_is_changed_and_the_same_seed_gives_the_same_images(name: Any, images: Any) -> None:
    before = images.copy()
    changed = corrupted(name, images, seed=3)
    assert changed.shape == images.shape
    assert changed.dtype == np.uint8
    assert np.array_equal(changed, corrupted(name, images, seed=3))
    assert np.array_equal(images, before)
    assert (changed != images).any(axis=(1, 2)).all()
    assert (changed != corrupted(name, images, seed=4)).any() == (name not in DETERMINISTIC)


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_an_image_does_not_depend_on_the_others(name: Any, images: Any) -> None:
    assert np.array_equal(corrupted(name, images)[7:8], corrupted(name, images[7:8]))


def test_shot_counts_few_photons_and_dark_pixels_stay_dark(images: Any) -> None:
    changed = corrupted("shot", images)
    assert set(np.unique(changed)) == {0, 85, 170, 255}
    assert not changed[images == 0].any()


def test_impulse_turns_every_sixth_pixel_black_or_white() -> None:
    grey = np.full((50, 28, 28), 128, np.uint8)
    values, counts = np.unique(corrupted("impulse", grey), return_counts=True)
    assert list(values) == [0, 128, 255]
    assert counts / grey.size == pytest.approx([0.085, 0.83, 0.085], abs=0.01)


@pytest.mark.parametrize("name", ["glass", "motion"])
def test_blur_spreads_the_light_and_keeps_its_sum(name: str) -> None:
    light = bars(name)
    assert light.sum(axis=(1, 2)) == pytest.approx(np.full(50, (BAR / 255).sum()), rel=0.05)
    assert light.max() < 0.95
    assert (light > 0.01).sum() > 3 * 50 * np.count_nonzero(BAR)


def test_shear_leans_to_either_side_about_the_centre() -> None:
    leans = {round(centre(light[18]) - centre(light[9]), 1) for light in bars("shear")}
    assert leans == {-3.5, 3.5}  # 9 rows apart: 9 sin(0.4)


def test_rotate_turns_to_either_side_about_the_centre() -> None:
    slopes = [(centre(light[18]) - centre(light[9])) / 9 for light in bars("rotate")]
    assert np.arctan(np.abs(slopes)) == pytest.approx(np.full(50, 0.4), abs=0.02)
    assert min(slopes) < 0 < max(slopes)


def test_scale_makes_smaller_about_the_centre() -> None:
    (light, *_) = bars("scale")
    assert light[:, 13].sum() / light[:, 13].max() == pytest.approx(0.7 * 16, rel=0.05)
    assert np.allclose(light, light[::-1, ::-1])


def test_translate_shifts_by_three_pixels_along_both_axes() -> None:
    expected = [np.roll(BAR, (down, right), (0, 1)) for down in (-3, 3) for right in (-3, 3)]
    found = [[np.array_equal(light, each / 255) for each in expected] for light in bars("translate")]
    assert (np.sum(found, axis=1) == 1).all()
    assert np.any(found, axis=0).all()


def test_brightness_adds_half_of_the_range(images: Any) -> None:
    assert np.abs(corrupted("brightness", images) - np.minimum(images + 127.5, 255)).max() <= 0.5


def test_stripe_is_its_own_inverse(images: Any) -> None:
    assert not corrupted("stripe", np.zeros((1, 28, 28), np.uint8))[:, :, 7:21].any()
    assert np.array_equal(corrupted("stripe", corrupted("stripe", images)), images)


def test_fog_is_smooth_and_reduces_the_contrast() -> None:
    light = bars("fog")
    ground = light[:, :, :12]
    assert np.abs(np.diff(ground, axis=1)).mean() < 0.2 * ground.mean()
    assert (light[:, 14, 13] - light[:, 14, 10]).max() < 0.4


def test_spatter_is_grey_on_the_background_and_covers_ink(images: Any) -> None:
    changed = corrupted("spatter", images)
    assert changed[images == 0].max() == 63
    assert (changed <= np.maximum(images, 63)).all()
    assert (changed < images).any()


def test_lines_add_light_in_their_columns_only() -> None:
    black = np.zeros((50, 28, 28), np.uint8)
    dotted, zigzag = (corrupted(name, black).max(axis=(0, 1)) > 200 for name in ("dotted line", "zigzag"))
    assert np.flatnonzero(dotted).tolist() == [2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26]
    assert np.flatnonzero(zigzag).tolist() == list(range(2, 26))


def test_edges_are_a_thin_outline() -> None:
    square = np.pad(np.full((12, 12), 255, np.uint8), 8)
    edge = corrupted("canny edges", square[None])[0] / 255
    assert set(np.unique(edge)) == {0, 1}
    assert (edge[14] == edge[:, 14]).all()
    assert edge[14].sum() == 4  # the step lies between two pixels, and both are as steep
    assert not edge[11:17, 11:17].any()
