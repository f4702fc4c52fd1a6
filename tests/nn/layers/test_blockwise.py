"""Work block by block, and arrays that begin at a cache line."""

from typing import Any

import numpy as np
import pytest

from handwriting.nn.layers import blockwise
from handwriting.nn.layers.aligned import CACHE_LINE, empty, product


@pytest.mark.parametrize("shape", [(1,), (7, 3), (100, 20), (0, 4), (5, 0), (3, 4, 5)])
def test_blocks_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch, shape: Any) -> None:
    monkeypatch.setattr(blockwise, "BLOCK", 16)
    first, second = np.random.default_rng(0).normal(size=(2, *shape))
    sizes = []

    def fill(result: Any, a: Any, b: Any) -> None:
        sizes.append(result.size)
        result[...] = a - 2 * b

    np.testing.assert_array_equal(blockwise.blockwise(fill, first, second), first - 2 * second)
    assert sum(sizes) == first.size
    assert all(size <= max(16, first[:1].size) for size in sizes)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_new_arrays_begin_at_a_cache_line(dtype: Any) -> None:
    for length in range(1, 20):
        array = empty((length, 3), dtype)
        assert (array.shape, array.dtype) == ((length, 3), dtype)
        assert array.ctypes.data % CACHE_LINE == 0
        assert array.flags.c_contiguous


def test_a_product_of_stacks_of_matrices() -> None:
    left, right = np.random.default_rng(0).normal(size=(5, 1, 3, 4)), np.random.default_rng(1).normal(size=(2, 4, 6))
    np.testing.assert_allclose(product(left, right), left @ right)
    assert product(left, right).ctypes.data % CACHE_LINE == 0
