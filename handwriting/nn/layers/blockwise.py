"""Element-wise work on large arrays, block by block: so intermediate results stay in the processor's cache.

NumPy computes x * a + b in two passes over the memory. With arrays of megabytes, such as the outputs of a convolution,
moving x * a to memory and back takes longer than the arithmetic.
"""

from collections.abc import Callable, Iterator

from handwriting.interfaces import Floats
from handwriting.nn.layers.aligned import empty

BLOCK = 100_000
"""Elements of a block: 400 kB in float32, of which a few fit into the cache of a processor core."""


def blockwise(fill: Callable[..., None], *arrays: Floats) -> Floats:
    """Return an array like the first one, in C order, that `fill(result, *arrays)` fills.

    It is called for blocks of the first axis, so it must treat each place along that axis by itself.
    """
    result = empty(arrays[0].shape, arrays[0].dtype)
    for block in blocks(result):
        fill(result[block], *(array[block] for array in arrays))
    return result


def blocks(array: Floats) -> Iterator[slice]:
    """Yield slices of the first axis, each of about `BLOCK` elements."""
    step = max(1, BLOCK * len(array) // max(array.size, 1))
    for start in range(0, len(array), step):
        yield slice(start, start + step)
