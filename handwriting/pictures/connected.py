"""The connected components of a mask, found from its runs: the pixels in a row between two without ink.

Runs of neighbouring rows that touch are in one component. Each run starts as a component of its own; then, as long as
two that touch are in different ones, the later one joins the earlier one (Shiloach and Vishkin, "An O(log n) parallel
connectivity algorithm", 1982). The result is that of `scipy.ndimage.label`, but to import SciPy takes longer than to
read a picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def connected(mask: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.intp]]:
    """Return the connected components of a mask (height, width); pixels are connected also diagonally.

    Component k (of n), in the order of their first pixels, has the label k + 1 in the first array, (height, width),
    where 0 is the background. Its box reaches from the second array, (n, 2), up to but not including the third one,
    (n, 2): row and column.
    """
    height, width = mask.shape
    flat = np.pad(mask, ((0, 0), (0, 1))).ravel()  # with a blank pixel at the end of each row
    starts, ends = np.flatnonzero(np.diff(flat, prepend=False)).reshape(-1, 2).T
    root = _joined(starts, ends, width + 1)
    is_first = root == np.arange(len(root))
    component = (np.cumsum(is_first) - 1)[root]
    labels = np.zeros(flat.size, np.int32)
    labels[flat] = np.repeat(component + 1, ends - starts)
    count = int(is_first.sum())
    low, high = np.full((count, 2), mask.shape), np.zeros((count, 2), np.intp)
    row, column = np.divmod(starts, width + 1)
    for axis, (first, end) in enumerate(((row, row + 1), (column, column + ends - starts))):
        np.minimum.at(low[:, axis], component, first)
        np.maximum.at(high[:, axis], component, end)
    return labels.reshape(height, width + 1)[:, :width], low, high


def _joined(starts: NDArray[np.intp], ends: NDArray[np.intp], stride: int) -> NDArray[np.intp]:
    """Return for each run (n,) the first run of its component; a row below is `stride` pixels further on."""
    first = np.searchsorted(ends, starts + stride)  # of the runs below that touch it, also at a corner
    count = np.searchsorted(starts, ends + stride, "right") - first
    upper = np.repeat(np.arange(len(starts)), count)
    lower = np.arange(len(upper)) + np.repeat(first - np.cumsum(count) + count, count)
    root = np.arange(len(starts))
    while (root[upper] != root[lower]).any():
        one, other = root[upper], root[lower]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while (root != root[root]).any():
            root = root[root]
    return root
