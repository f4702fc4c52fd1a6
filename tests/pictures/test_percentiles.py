"""Percentiles equal NumPy's, to the last bit."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from handwriting.pictures.percentiles import median, percentile, percentiles

VALUES = arrays(np.float32, array_shapes(max_dims=2, max_side=20), elements=st.floats(0, 1, width=32)) | arrays(
    np.uint8, array_shapes(max_dims=2, max_side=20)
)


@given(VALUES, st.lists(st.floats(0, 100), min_size=1, max_size=3))
def test_percentiles_are_numpys(values: Any, percents: list[float]) -> None:
    ours, numpys = percentiles(values, *percents), np.percentile(values, percents)
    assert np.array_equal(ours, numpys)


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("percent", [0, 10, 25, 80, 99, 100])
def test_a_percentile_has_the_type_of_the_values(count: int, percent: float) -> None:
    values = np.random.default_rng(count).random(count).astype(np.float32)
    ours = percentile(values, percent)
    assert ours == np.percentile(values, percent)
    assert ours.dtype == np.float32


@given(arrays(np.float32, st.integers(1, 30), elements=st.floats(0, 1, width=32)))
def test_the_median_is_numpys(values: Any) -> None:
    assert median(values) == np.median(values)
