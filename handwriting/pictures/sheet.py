"""The sheet that a picture shows on a desk, or the blackboard on a wall: what lies around it is neither paper nor ink.

A sheet is a large region, lighter or darker than what surrounds it, that fills a rectangle and that holds the strokes
of the picture. Seen from the side or cut off by the picture it still fills most of one. A photograph on a page, between
bars, or turned, is one, too: what surrounds it is of one level, which no camera gives.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.levels import otsu_threshold
from handwriting.pictures.regions import box_around, dilated, eroded
from handwriting.pictures.resampling import resize, shrink

SIDE = 96
"""Pixels on the longer side at which a sheet is looked for; a smaller picture shows none."""
LARGEST_AREA = 0.98
"""Largest area of a sheet, as a fraction of the picture's."""
MOST_INK = 0.4
"""Largest fraction of a sheet that is covered by ink."""
MOST_ALIKE = 0.1
"""Largest fraction of what surrounds a sheet that is like it."""
SHARP, LEAST_SHARP = 0.5, 0.85
"""Least change of the level across a sharp edge, as a fraction of the difference between the sheet and its
surroundings; least fraction of a sheet's edge that is sharp."""
LEAST_STEP = 0.12
"""Least difference between the levels, from 0 to 1, of the sheet and of its surroundings."""
ONE_LEVEL = 0.02
"""Largest difference between levels, from 0 to 1, that are taken for one: compression changes them beside an edge."""
SAME_PAPER = 0.01
"""Largest difference between the levels, from 0 to 1, of the paper in the rings of a digit and around it."""
EDGE = 2
"""Pixels on both sides of a sheet's edge that are neither, at the size at which it is looked for."""
LEAST_DETAIL = 0.03
"""Least difference of strong strokes from what is around them, in grey levels from 0 to 1."""
MOST_OUTSIDE = 0.1
"""Largest number of pixels of strokes outside of the sheet, as a fraction of those of strong strokes in it."""
WEAK = 0.5
"""Least difference of strokes outside, where a shadow may lie, as a fraction of that of strong ones."""


@dataclass(frozen=True)
class SheetShape:
    """What a region must be like to be a sheet."""

    least_area: float
    """As a fraction of the picture's."""
    least_filling: float
    """Least fraction of the smallest rectangle around it that it fills; an ellipse fills 0.79 of it, a thick 8 0.9."""
    angle: int
    """Degrees between the rectangles that are tried around it."""


ANY_SHEET = SheetShape(least_area=0.15, least_filling=0.84, angle=5)
SHEET_ON_ONE_LEVEL = SheetShape(least_area=0.04, least_filling=0.95, angle=1)
"""A smaller sheet is sure if what surrounds it is of one level, and it fills nearly all of a rectangle."""


@dataclass(frozen=True)
class Sheet:
    """A sheet in a picture: the rows and columns of its `box`, and what of that it covers, (height, width)."""

    box: tuple[slice, slice]
    covered: NDArray[np.bool_]

    def cut_out(self, picture: Floats) -> Floats:
        """Return the `box` of `picture`, around the sheet continued by the levels along its edge."""
        from scipy import ndimage

        inside = picture[self.box]
        small, _ = shrink(inside, SIDE)
        height, width = small.shape
        is_sheet = resize(self.covered.astype(np.float32), height, width, "box") >= 1
        nearest = ndimage.distance_transform_edt(~is_sheet, return_distances=False, return_indices=True)
        return np.where(self.covered, inside, resize(small[tuple(nearest)], *inside.shape))


def find_sheet(grey: Floats) -> Sheet | None:
    """Return the sheet in `grey` (height, width), or None if there is none, or it is all of the picture."""
    if min(grey.shape) < SIDE:
        return None
    for region, contrast in chain(_on_one_level(shrink(grey, 2 * SIDE)[0]), _light_or_dark(shrink(grey, SIDE)[0])):
        if _holds_strokes(region, contrast):
            inner = resize(eroded(region, 1).astype(np.float32), *grey.shape) > 0.5
            box = box_around(inner)
            return Sheet(box, inner[box])
    return None


def _on_one_level(coarse: Floats) -> Iterator[tuple[NDArray[np.bool_], Floats]]:
    """Yield the region around which all is of one level, that of the corners, if it looks like a sheet.

    It comes twice, with the contrast (height, width) of dark and of light strokes to what is around them.
    """
    corners = coarse[[0, 0, -1, -1], [0, -1, 0, -1]]
    is_around = abs(coarse - corners[0]) <= ONE_LEVEL
    if np.ptp(corners) > ONE_LEVEL or not 1 - LARGEST_AREA <= is_around.mean() <= 1 - SHEET_ON_ONE_LEVEL.least_area:
        return
    region = _opened(_filled(_largest(~is_around)))
    region[[0, -1]] = region[:, [0, -1]] = False  # what is around may be thinner there than a pixel
    if _has_shape(region, SHEET_ON_ONE_LEVEL) and is_around[region].mean() <= MOST_INK:
        darkness = _darkness(coarse)
        yield region, darkness
        yield region, -darkness


def _light_or_dark(coarse: Floats) -> Iterator[tuple[NDArray[np.bool_], Floats]]:
    """Yield the largest light and the largest dark region at several thresholds, if they look like sheets.

    A region includes the strokes in it. The second array, (height, width), is by how much each pixel is darker than
    those around it, as strokes on a light sheet are, or lighter: what is dark on a darker sheet lies in a shadow.
    """
    darkness = _darkness(coarse)
    first = otsu_threshold(coarse)
    for threshold in (first, otsu_threshold(coarse[coarse <= first]), otsu_threshold(coarse[coarse >= first])):
        for mask, contrast in ((coarse > threshold, darkness), (coarse <= threshold, -darkness)):
            if not mask.any():  # one even surface
                continue
            largest = _largest(mask)
            sheet = ~_opened(~_filled(largest))  # without the strokes that reach it, what is around is whole
            is_sheet = _has_shape(sheet, ANY_SHEET) and largest.sum() >= (1 - MOST_INK) * sheet.sum()
            if is_sheet and mask[~sheet].mean() <= MOST_ALIKE and _has_sharp_edge(sheet, coarse):
                yield sheet, _contrast_of_strokes(contrast, coarse, sheet)


def _contrast_of_strokes(contrast: Floats, coarse: Floats, region: NDArray[np.bool_]) -> Floats:
    """Return the contrast, at most 0 where the level is that around the region: the rings of an 8 are no strokes."""
    is_around = dilated(abs(coarse - np.median(coarse[~region])) <= SAME_PAPER, 1)
    return np.where(is_around, np.minimum(contrast, 0), contrast)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the largest component of a mask (height, width), which must not be empty."""
    labels, _, _ = connected(mask)
    return np.asarray(labels == np.bincount(labels.ravel())[1:].argmax() + 1)


def _filled(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the region (height, width) with what it surrounds."""
    labels, low, high = connected(~region)
    is_around = (low == 0).any(axis=1) | (high == region.shape).any(axis=1)
    return ~np.concatenate(([False], is_around))[labels]


def _opened(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the morphological opening of a region (height, width): it loses what is as narrow as an edge."""
    return dilated(eroded(region, EDGE), EDGE)


def _has_shape(region: NDArray[np.bool_], shape: SheetShape) -> bool:
    """Tell whether a region (height, width) has the size and the shape of a sheet in the picture."""
    area = int(region.sum())
    if not shape.least_area * region.size <= area <= LARGEST_AREA * region.size:
        return False
    y, x = np.nonzero(region & ~eroded(np.pad(region, 1), 1)[1:-1, 1:-1])  # its edge
    angles = np.deg2rad(np.arange(0, 90, shape.angle))
    across = np.outer(np.cos(angles), x) + np.outer(np.sin(angles), y)
    along = np.outer(np.cos(angles), y) - np.outer(np.sin(angles), x)
    rectangles = (np.ptp(across, axis=1) + 1) * (np.ptp(along, axis=1) + 1)
    return bool(area >= shape.least_filling * rectangles.min())


def _has_sharp_edge(region: NDArray[np.bool_], coarse: Floats) -> bool:
    """Tell whether the levels change abruptly along the edge of a region, as they don't where a shadow begins."""
    step = abs(float(np.median(coarse[region])) - float(np.median(coarse[~region])))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(coarse, EDGE, mode="edge"), (2 * EDGE + 1, 2 * EDGE + 1))
    change = np.ptp(around[region & ~eroded(region, 1)], axis=(1, 2))
    return step >= LEAST_STEP and bool((change >= SHARP * step).mean() >= LEAST_SHARP)


def _holds_strokes(region: NDArray[np.bool_], contrast: Floats) -> bool:
    """Tell whether the strokes of the picture, of this contrast, lie within a region, both (height, width)."""
    # The contrast is to pixels up to EDGE away, and a pixel on the edge of a region is a mixture with what is around.
    inside, outside = contrast[eroded(region, EDGE + 1)], contrast[eroded(~region, EDGE)]
    if not inside.size or not outside.size:
        return False
    opposite, strokes = np.percentile(inside, (0.5, 99.5))  # beside strokes the contrast is opposite, but smaller
    strong = strokes / 2
    are_clear = strong >= LEAST_DETAIL and strokes > -opposite
    return bool(are_clear and (outside > WEAK * strong).sum() <= MOST_OUTSIDE * (inside > strong).sum())


def _darkness(coarse: Floats) -> Floats:
    """Return by how much each pixel (height, width) is darker than the mean of those around it."""
    padded = np.pad(coarse, EDGE, mode="edge")
    side = 2 * EDGE + 1
    return np.lib.stride_tricks.sliding_window_view(padded, (side, side)).mean(axis=(2, 3)) - coarse
