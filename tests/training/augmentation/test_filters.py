"""Thickness of strokes, and blur."""

import numpy as np
import pytest

from handwriting.training.augmentation.filters import blurred, thickened
from handwriting.training.augmentation.geometry import MARGIN
from tests.helpers.sample_images import bars, padded


def test_thickness_adds_a_pixel_or_takes_one_on_each_side() -> None:
    thicker, thinner, same = thickened(padded(bars(3)), np.array([1, -1, 0], np.float32)) / 255
    assert (thicker.sum(), thinner.sum(), same.sum()) == (18 * 6, 14 * 2, 16 * 4)
    assert (thicker[:, 14 : 16 + MARGIN] >= same[:, 14 : 16 + MARGIN]).all()


def test_blur_keeps_the_ink_and_softens_edges() -> None:
    soft = blurred(padded(bars(1)), np.ones(1, np.float32))
    assert soft.sum() == pytest.approx(bars(1).sum(dtype=int))
    across = soft[0, 14, MARGIN:-MARGIN]
    assert across[10:18].tolist() == [0, 63.75, 191.25, 255, 255, 191.25, 63.75, 0]
