"""The map of augmentation: each transformation alone, and the elastic field."""

from typing import Any

import numpy as np
import pytest

from handwriting.training.augmentation.geometry import inverse_matrices, knot_counts, sample, source_points
from tests.helpers.sample_images import bars, noise, padded, rng


def moved(
    images: Any,
    angle: float = 0.0,
    shear: float = 0.0,
    scales: Any = (1.0, 1.0),
    shift: Any = (0.0, 0.0),
    displacements: Any = None,
    sigma: float = 5.0,
) -> Any:
    """All images, changed by the same map."""
    n, *shape = images.shape
    both = [np.repeat(np.array(pair, np.float32)[:, None], n, axis=1) for pair in (scales, shift)]
    matrices = inverse_matrices(np.full(n, angle), np.full(n, shear), both[0])
    displacements = np.zeros((2, n, 0), np.float32) if displacements is None else displacements
    return sample(padded(images), source_points(tuple(shape), matrices, both[1], displacements, sigma))


def test_a_map_that_moves_nothing_returns_every_pixel() -> None:
    assert moved(noise(3)) == pytest.approx(noise(3).astype(float), abs=0.01)


@pytest.mark.parametrize(("down", "right"), [(0, 3), (5, 0), (-2, -7), (27, 1)])
def test_a_shift_by_whole_pixels_moves_pixels_and_leaves_background(down: int, right: int) -> None:
    images = noise(3)
    wide = np.pad(images, ((0, 0), (28, 28), (28, 28)))
    expected = wide[:, 28 - down : 56 - down, 28 - right : 56 - right]
    assert moved(images, shift=(down, right)) == pytest.approx(expected.astype(float), abs=0.01)


@pytest.mark.parametrize("turns", [1, 2, -1])
def test_a_rotation_by_90_degrees_is_anticlockwise(turns: int) -> None:
    expected = np.rot90(noise(3), turns, axes=(1, 2))
    assert moved(noise(3), angle=turns * np.pi / 2) == pytest.approx(expected.astype(float), abs=0.05)


def test_shear_moves_the_top_to_the_right_and_the_bottom_to_the_left() -> None:
    sheared = moved(bars(1), shear=np.radians(20))[0]
    top, bottom = (sheared[row] @ np.arange(28) / sheared[row].sum() for row in (7, 20))
    assert top - bottom == pytest.approx(13 * np.tan(np.radians(20)), abs=0.1)


def test_scales_stretch_height_and_width() -> None:
    stretched = moved(bars(1), scales=(1.25, 1.5))[0] / 255
    assert stretched[:, 13].sum() == pytest.approx(20, abs=0.5)
    assert stretched[13].sum() == pytest.approx(6, abs=0.5)


def test_displacements_have_the_same_spread_everywhere_and_are_smooth() -> None:
    n, shape, sigma = 4000, (28, 28), 5.0
    nothing = np.zeros((2, n, np.prod(knot_counts(shape, sigma))), np.float32)
    displacements = rng().standard_normal(nothing.shape, dtype=np.float32)
    still = inverse_matrices(np.zeros(n), np.zeros(n), np.ones((2, n))), np.zeros((2, n))
    field = source_points(shape, *still, displacements, sigma) - source_points(shape, *still, nothing, sigma)
    field = field.reshape(2, n, 28, 28)
    assert np.sqrt((field**2).mean(axis=1)) == pytest.approx(np.ones((2, 28, 28)), abs=0.08)
    beside, far = (float((field[..., 14, 8] * field[..., 14, 8 + step]).mean()) for step in (1, 18))
    assert beside > 0.95  # exp(-1 / (4 sigma^2)) = 0.99
    assert abs(far) < 0.1
