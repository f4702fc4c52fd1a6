"""Prepared as MNIST was: the ink fills a box of 20x20, and its centre of mass is the centre of the picture.

The steps around the `pen`: `fitted` before it draws, on the path, where enlarging costs no sharpness; `centred` after
it, on the drawn box. Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.hands import Writing

BOX = 20
SIDE = 28
CENTRE = 14.5
"""Where the centre of mass goes, in pixels from the edge: to the middle of pixel 14, counted from 0, as in MNIST."""


def fitted(writing: Writing) -> Writing:
    """Return the digits in pixels, their ink (the path and the width of the pen) filling the box from (0, 0) on.

    The longer side of the ink is `BOX`; the other keeps its proportion and lies in the middle, at a whole pixel.
    """
    low = (writing.points - writing.radii[..., None]).min(axis=1, keepdims=True)
    high = (writing.points + writing.radii[..., None]).max(axis=1, keepdims=True)
    scale = BOX / (high - low).max(axis=2, keepdims=True)
    margin = np.floor((BOX - (high - low) * scale) / 2)
    return Writing((writing.points - low) * scale + margin, writing.radii * scale[..., 0], writing.pen_down)


def centred(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return pictures (n, SIDE, SIDE) of `boxes` (n, BOX, BOX), moved by whole pixels, their mass in the centre."""
    edged = np.pad(boxes, ((0, 0), (1, 1), (1, 1)))  # what lies beyond the box is taken from this blank edge
    rows = _sources(boxes.sum(axis=2))
    columns = _sources(boxes.sum(axis=1))
    return edged[np.arange(len(boxes))[:, None, None], rows[:, :, None], columns[:, None, :]]


def _sources(profile: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each row (or column) of the pictures (n, SIDE) the one of the edged boxes that it comes from.

    `profile` (n, BOX) is the ink in each row (or column) of the boxes. A box never leaves the picture.
    """
    mass = profile @ (np.arange(BOX, dtype=np.float32) + np.float32(0.5)) / profile.sum(axis=1)
    shift = np.clip(np.rint(CENTRE - mass), 0, SIDE - BOX).astype(np.intp)
    return np.clip(np.arange(SIDE) - shift[:, None], -1, BOX) + 1
