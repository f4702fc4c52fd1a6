"""Rendering: strokes become images (n, 28, 28), normalized as MNIST's are.

There the ink fills a box of 20x20 pixels, and its centre of mass is the centre of the image (Y. LeCun, C. Cortes and
C. Burges, "The MNIST database of handwritten digits"). The strokes are fitted into the box before they are rasterized,
where scaling costs no sharpness, and the rasterized box is moved by whole pixels.

A segment from a to b, drawn with a round pen of radius r, covers all points closer to it than r. The point of the
segment closest to p, the centre of a pixel, is a + t (b - a), with

    t = clip((p - a) . (b - a) / |b - a|^2, 0, 1)        distance = |p - a - t (b - a)|

and the covered fraction of the pixel, a square of side 1, is about

    coverage = clip(r - distance + 1/2, 0, 1)

which is exact for straight edges along the pixel grid. The ink is the maximum of the coverage over all segments.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.writing import Writing
from handwriting.pictures import preparation

BOX, SIDE = preparation.BOX_SIDE, preparation.IMAGE_SIDE
CENTRE = preparation.CENTRE + 0.5
"""Where the centre of mass is placed, in pixels from the edge: the centre of pixel 14, counted from 0, as in MNIST."""
NO_INK = np.float32(-1e3)
"""A radius that covers nothing, for segments between strokes."""


def render(writing: Writing) -> NDArray[np.float32]:
    """Return images (n, SIDE, SIDE), 0 to 1, of strokes of any size."""
    return centred(rasterized(fitted(writing)))


def fitted(writing: Writing) -> Writing:
    """Return the strokes in pixels, scaled so that their ink fills the box from (0, 0) to (BOX, BOX).

    The longer side of the ink becomes `BOX`; the shorter one is centred, rounded to a whole pixel.
    """
    low = (writing.points - writing.radii[..., None]).min(axis=1, keepdims=True)
    high = (writing.points + writing.radii[..., None]).max(axis=1, keepdims=True)
    scale = BOX / (high - low).max(axis=2, keepdims=True)
    margin = np.floor((BOX - (high - low) * scale) / 2)
    return Writing((writing.points - low) * scale + margin, writing.radii * scale[..., 0], writing.pen_down)


def rasterized(writing: Writing) -> NDArray[np.float32]:
    """Return the ink (n, BOX, BOX), 0 to 1, of strokes in pixels; column j spans x from j to j + 1."""
    # The batch is the last axis, so that NumPy's inner loops are long, and Python loops over segments only.
    points = np.ascontiguousarray(writing.points.transpose(1, 2, 0))
    radii = np.where(writing.pen_down, (writing.radii[:, 1:] + writing.radii[:, :-1]) / 2, NO_INK).T
    depth = np.full((BOX, BOX, points.shape[2]), NO_INK)  # r - distance, maximum over the segments
    for start, end, radius in zip(points[:-1], points[1:], radii, strict=True):
        np.maximum(depth, radius - _distance(start, end), out=depth)
    return np.ascontiguousarray(np.clip(depth + np.float32(0.5), 0, 1).transpose(2, 0, 1))


def _distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distance (BOX, BOX, n) of each pixel's centre from the segments from `a` to `b`, both (2, n)."""
    centres = np.arange(BOX, dtype=np.float32)[:, None] + np.float32(0.5)
    x, y = centres - a[0], centres - a[1]  # p - a, (BOX, n) each: x by column, y by row
    along = b - a
    per_length = along / np.maximum((along * along).sum(axis=0), np.float32(1e-12))
    t = np.clip((y * per_length[1])[:, None] + x * per_length[0], 0, 1)
    return np.sqrt((x - t * along[0]) ** 2 + (y[:, None] - t * along[1]) ** 2)


def centred(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return images (n, SIDE, SIDE) that hold `boxes` (n, BOX, BOX), with the centre of mass in the centre."""
    edged = np.pad(boxes, ((0, 0), (1, 1), (1, 1)))  # pixels outside the box are taken from this blank edge
    rows, columns = _sources(boxes.sum(axis=2)), _sources(boxes.sum(axis=1))
    return edged[np.arange(len(boxes))[:, None, None], rows[:, :, None], columns[:, None, :]]


def _sources(profile: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the row (or column) of the edged box for each row (or column) of the image: (n, SIDE).

    `profile` (n, BOX) is the sum of the ink in each row (or column) of the box, which stays inside the image.
    """
    mass = profile @ (np.arange(BOX, dtype=np.float32) + np.float32(0.5)) / profile.sum(axis=1)
    shift = np.clip(np.rint(CENTRE - mass), 0, SIDE - BOX).astype(np.intp)
    return np.clip(np.arange(SIDE) - shift[:, None], -1, BOX) + 1
