"""Connected components are SciPy's, in the same order."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from handwriting.pictures.connected import connected


def check(mask: NDArray[np.bool_]) -> None:
    labels, low, high = connected(mask)
    expected, count = ndimage.label(mask, np.ones((3, 3)))
    np.testing.assert_array_equal(labels, expected)
    assert low.shape == high.shape == (count, 2)
    for box, first, end in zip(ndimage.find_objects(expected), low.tolist(), high.tolist(), strict=True):
        assert [side.start for side in box] == first
        assert [side.stop for side in box] == end


@pytest.mark.parametrize("density", [0.0, 0.05, 0.3, 0.5, 0.9, 1.0])
def test_components_of_random_masks(density: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        check(rng.random(rng.integers(1, 30, 2)) < density)


def test_a_spiral_is_one_component() -> None:
    spiral = np.zeros((41, 41), np.bool_)
    spiral[20, 20] = True
    y, x, length = 20, 20, 2
    while length < 40:
        for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            spiral[min(y, y + dy * length) : max(y, y + dy * length) + 1,
                   min(x, x + dx * length) : max(x, x + dx * length) + 1] = True  # fmt: skip
            y, x = y + dy * length, x + dx * length
            length += 2 * (dy != 0)
    assert len(connected(spiral)[1]) == 1
    check(spiral)
    check(~spiral)
