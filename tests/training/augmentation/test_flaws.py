"""Occlusion, fading and noise."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers.sample_images import NONE, bars, rng


def test_noise_is_added_to_half_of_the_images_at_the_given_strength() -> None:
    grey = np.full((2000, 28, 28), 128, np.uint8)
    deviations = replace(NONE, noise=0.1)(grey, rng()).std(axis=(1, 2)) / 255
    assert (deviations > 0).mean() == pytest.approx(0.5, abs=0.05)
    assert deviations.max() == pytest.approx(0.1, abs=0.01)


def test_occlusion_covers_a_small_rectangle_of_some_images() -> None:
    covered = replace(NONE, occlusion=0.25)(np.full((2000, 28, 28), 255, np.uint8), rng()) == 0
    areas = covered.sum(axis=(1, 2))
    assert (areas > 0).mean() == pytest.approx(0.25, abs=0.05)
    assert areas[areas > 0].min() == 4
    assert areas.max() == 36
    assert np.array_equal(covered.any(axis=1).sum(axis=1) * covered.any(axis=2).sum(axis=1), areas)


def test_fading_reduces_brightness_by_up_to_the_given_fraction() -> None:
    brightest = replace(NONE, fading=0.4)(bars(2000), rng()).max(axis=(1, 2)) / 255
    assert brightest.min() == pytest.approx(0.6, abs=0.01)
    assert brightest.max() == pytest.approx(1, abs=0.01)
