"""Short distances are SciPy's; long ones are long."""

import numpy as np
import pytest
from scipy import ndimage

from handwriting.pictures.distances import distances


@pytest.mark.parametrize("reach", [1, 3, 8, 40])
def test_distances_are_exact_up_to_their_reach(reach: int) -> None:
    rng = np.random.default_rng(2)
    for density in (0.002, 0.02, 0.5, 1.0):
        mask = rng.random((31, 45)) < density
        mask[7, 9] = True
        expected = ndimage.distance_transform_edt(~mask)
        found = distances(mask, reach)
        np.testing.assert_allclose(found[expected <= reach], expected[expected <= reach], rtol=1e-6)
        assert (found[expected > reach] > reach).all()


def test_without_a_pixel_all_is_infinitely_far() -> None:
    assert np.isinf(distances(np.zeros((3, 4), np.bool_), 5)).all()
