"""Strokes: thicker or thinner, sharper or softer. Pictures float32 (n, height, width) with background all around them.

Neighbours are found by moving the whole chunk along in memory: what moves over an edge of a picture is background.
"""

from collections.abc import Callable

import numpy as np

from handwriting.interfaces import Floats


def thickened(pictures: Floats, amounts: Floats) -> Floats:
    """Return `pictures` with strokes on the way to a pixel thicker on each side (1), or a pixel thinner (-1).

    `amounts` (n,) are the shares of that way.
    """
    changed = np.empty_like(pictures)
    for chosen, extreme in ((amounts >= 0, np.maximum), (amounts < 0, np.minimum)):
        some = pictures[chosen]
        changed[chosen] = some + np.abs(amounts[chosen, None, None]) * (_of_neighbours(some, extreme) - some)
    return changed


def blurred(pictures: Floats, amounts: Floats) -> Floats:
    """Return `pictures` on the way (`amounts` (n,), 0 to 1) to ones mixed with their neighbours, 1 : 2 : 1 each way."""
    soft = _of_neighbours(pictures, np.add)
    soft *= np.float32(1 / 16)
    soft -= pictures
    soft *= amounts[:, None, None]
    soft += pictures
    return soft


def _of_neighbours(pictures: Floats, join: Callable[..., Floats]) -> Floats:
    """Return each pixel (twice) joined with the ones before and behind it, along rows and then along columns."""
    joined = pictures
    for step in (1, pictures.shape[2]):
        flat = joined.reshape(-1)
        pairs = join(flat[:-step], flat[step:])
        joined = np.zeros_like(joined)
        join(pairs[:-step], pairs[step:], out=joined.reshape(-1)[step:-step])
    return joined
