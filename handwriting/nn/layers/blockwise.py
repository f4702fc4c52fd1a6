"""Element-wise work on large arrays, block by block: so intermediate results stay in the processor's cache.

NumPy computes x * a + b in two passes over the memory. With arrays of megabytes, such as the outputs of a convolution,
moving x * a to memory and back takes longer than the arithmetic.
"""

from collections.abc import Callable, Iterator

import numpy as np

from handwriting.interfaces import Floats

BLOCK = 50_000
"""Elements of a block: 200 kB in float32, of which a few fit into the cache of a processor core."""
CACHE_LINE = 64
"""Bytes. NumPy writes an array that begins at a cache line up to twice as fast."""


def blockwise(fill: Callable[..., None], *arrays: Floats) -> Floats:
    """Return an array like the first one, in C order, that `fill(result, *arrays)` fills.

    It is called for blocks of the first axis, so it must treat each place along that axis by itself.
    """
    result = empty_like(arrays[0])
    for block in blocks(result):
        fill(result[block], *(array[block] for array in arrays))
    return result


def blocks(array: Floats) -> Iterator[slice]:
    """Yield slices of the first axis, each of about `BLOCK` elements."""
    step = max(1, BLOCK * len(array) // max(array.size, 1))
    for start in range(0, len(array), step):
        yield slice(start, start + step)


def empty_like(array: Floats) -> Floats:
    """Return a new array like `array`, in C order, that begins at a cache line; its values are arbitrary."""
    memory = np.empty(array.nbytes + CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % CACHE_LINE
    return memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
