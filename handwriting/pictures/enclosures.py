"""Enclosures: boxes of a form, cells of a table and rings around numbers are removed from the ink.

An enclosure is a component of thin strokes with ink as large as digits in its holes, which are its fields. Its strokes
separate its fields from each other and from the paper around it. Where a digit touches it, the same field is on both
sides of the digit's strokes; so these stay.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.regions import dilated
from handwriting.pictures.stroke_width import STROKE, stroke_width

MIN_CONTENT = 3.0
"""Least length of what is in a field, in widths of the enclosure's stroke: the dot in a zero is smaller."""
MIN_CONTENT_HEIGHT = 0.25
"""Least height of all that is in a field, as a fraction of the field's."""
MAX_WIDTH = 0.2
"""Largest width of the enclosure's stroke, as a fraction of a field's height."""
MIN_SOLIDITY = 0.9
"""Least area of a field, as a fraction of its convex hull's: what digits and rules happen to enclose is less convex."""
MIN_CONTACT = 0.4
"""Least length along which only the enclosure's stroke is between a part of a field and the outside, in heights of
fields."""
ALIKE = 1.2
"""Largest ratio of the heights and of the widths of two fields of a form."""
FAINT = 0.25
"""Least ink of a pixel in an enclosure that is printed in a light colour."""
MAX_GAP = 3
"""Half the largest gap in an enclosure's stroke, in pixels."""
MOST, MOST_AREA = 300, 4.0
"""Most components that are looked at, the largest first, and the area of their boxes, as a multiple of the picture's:
only in a texture are there many within each other."""
SMALLEST, TEXTURE = 6, 1500
"""Pixels on the longer side from which a component is more than a speck, and how many of these a texture has."""
EDGE = 2
"""Width of the soft edges of strokes, in pixels."""
OUTSIDE = 1
"""Number of the region around a component."""


def without_enclosures(amount: Floats) -> Floats:
    """Return the ink (height, width), from 0 to 1, without enclosures."""
    for threshold in (STROKE, FAINT):
        amount = _without(amount, threshold)
    return amount


def _without(amount: Floats, threshold: float) -> Floats:
    """Return the ink (height, width) without enclosures whose pixels have at least this much of it."""
    components = _Components(amount, threshold)
    if len(components.large) > TEXTURE:
        return amount
    largest = components.largest()
    outlines = {number: components.outline(number) for number in largest if components.may_enclose(number)}
    fields = {number: components.fields(outline) for number, outline in outlines.items()}
    enclosing = [number for number, own in fields.items() if len(own)]
    if not enclosing:
        return amount
    boxes = components.sizes[enclosing]
    sizes = np.unique(np.concatenate([outlines[number].sizes[fields[number]] for number in enclosing]), axis=0)
    cleared = amount.copy()
    for number in largest:
        outline = outlines.get(number) or components.outline(number)
        is_field = _are_like(outline.sizes, sizes)
        is_field[: OUTSIDE + 1] = False
        if is_field.any() or _are_like(components.sizes[[number]], boxes).all():
            _erase(cleared, components, outline, _sides(outline, is_field, sizes[:, 0].min()))
    return cleared


@dataclass(frozen=True)
class _Outline:
    """The component `number` in the picture, from row and column `start` on, and the regions of paper around it.

    `labels` (height, width) are those of all components. `regions` (height, width) are numbered from `OUTSIDE` on; they
    end `reach` pixels from the component, where they are 0, so that they do not join through small gaps. Their boxes
    reach from `low` up to but not including `high` (regions + 1, 2). `width` is that of the component's stroke.
    """

    number: int
    start: NDArray[np.intp]
    labels: NDArray[Any]
    regions: NDArray[Any]
    low: NDArray[np.intp]
    high: NDArray[np.intp]
    width: float
    reach: int

    @property
    def own(self) -> NDArray[np.bool_]:
        """The pixels of the component."""
        return self.labels == self.number + 1

    @property
    def sizes(self) -> NDArray[np.intp]:
        """The height and width of each region, up to the component, (regions + 1, 2)."""
        return self.high - self.low + 2 * self.reach

    @property
    def window(self) -> int:
        """Side of a square around any pixel of the stroke that reaches the regions on both of its sides."""
        return 2 * (self.reach + int(np.ceil(self.width))) + 3

    def solidity(self, region: int) -> float:
        """Return the area of a region as a fraction of that of its convex hull."""
        from scipy.spatial import ConvexHull, QhullError

        (top, left), (foot, right) = self.low[region], self.high[region]
        pixels = np.argwhere(self.regions[top:foot, left:right] == region)
        try:
            return float(len(pixels) / ConvexHull(pixels).volume)
        except QhullError:  # they lie on a line
            return 0.0


class _Components:
    """The connected components of pixels with at least `threshold` ink, and their boxes, as from `connected`.

    `large` are the numbers of those that are no specks.
    """

    def __init__(self, amount: Floats, threshold: float) -> None:
        self.amount, self.threshold = amount, threshold
        self.labels, self.low, self.high = connected(amount >= threshold)
        self.sizes = self.high - self.low
        self.large = np.flatnonzero(self.sizes.max(axis=1) >= SMALLEST)

    def largest(self) -> list[int]:
        """Return the numbers of the largest components."""
        areas = self.sizes.prod(axis=1)
        order = self.large[np.argsort(-areas[self.large], kind="stable")[:MOST]]
        return list(order[areas[order].cumsum() <= MOST_AREA * self.labels.size])

    def may_enclose(self, number: int) -> bool:
        """Tell whether a component has others within its box, and is no ruled paper, which is faint up to the sides."""
        is_inside = (self.low[number] > 0) & (self.high[number] < self.labels.shape)
        return bool(len(self.within(number)) and (self.threshold > FAINT or is_inside.all()))

    def within(self, number: int) -> NDArray[np.intp]:
        """Return the numbers of the components, without specks, that lie within the box of another one."""
        low, high = self.low[self.large], self.high[self.large]
        return self.large[((low > self.low[number]) & (high < self.high[number])).all(axis=1)]

    def outline(self, number: int) -> _Outline:
        """Return the outline of a component."""
        box = tuple(slice(*ends) for ends in zip(self.low[number], self.high[number], strict=True))
        width = stroke_width(np.where(self.labels[box] == number + 1, self.amount[box], 0))
        reach = max(1, min(round(width), MAX_GAP))
        margin = reach + EDGE
        labels = np.pad(self.labels[box], margin)
        regions, low, high = connected(~dilated(labels == number + 1, reach))
        low, high = (np.concatenate([[[0, 0]], ends]) for ends in (low, high))
        return _Outline(number, self.low[number] - margin, labels, regions, low, high, width, reach)

    def fields(self, outline: _Outline) -> NDArray[np.intp]:
        """Return the regions that are fields, since ink as large as digits is in them."""
        inner = self.within(outline.number)
        contents = inner[self.sizes[inner].max(axis=1) >= MIN_CONTENT * outline.width]
        region_of = np.zeros(len(self.low) + 1, np.intp)
        np.maximum.at(region_of, outline.labels.ravel(), outline.regions.ravel())
        region = region_of[contents + 1]
        height = outline.sizes[:, 0]
        top, foot = np.full_like(height, len(self.labels)), np.zeros_like(height)
        np.minimum.at(top, region, self.low[contents, 0])
        np.maximum.at(foot, region, self.high[contents, 0])
        is_field = (foot - top >= MIN_CONTENT_HEIGHT * height) & (outline.width <= MAX_WIDTH * height)
        is_field[: OUTSIDE + 1] = False
        filled = np.flatnonzero(is_field).tolist()
        return np.array([region for region in filled if outline.solidity(region) >= MIN_SOLIDITY], np.intp)


def _are_like(sizes: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which of the `sizes` (n, 2) are like any of the `others` (m, 2)."""
    ratio = sizes[:, None] / others
    is_like = np.maximum(ratio, 1 / np.maximum(ratio, 1e-9)).max(axis=2) <= ALIKE
    return np.asarray(is_like.any(axis=1))


def _sides(outline: _Outline, is_field: NDArray[np.bool_], height: int) -> NDArray[np.intp]:
    """Return on which side (n,) of an enclosure each region is, 0 if that does not matter, as in the hole of a digit.

    Each field is a side, and so is the outside. A part that a digit divides from a field, with only the enclosure's
    stroke between it and the outside, is on the side of this field; those of fields that are all parts are one side.
    Fields are at least `height` pixels high.
    """
    from scipy import ndimage

    regions = np.arange(len(is_field))
    is_side = is_field | (regions == OUTSIDE)
    others = np.where(is_side, 0, regions)[outline.regions]
    is_beside_outside = ndimage.maximum_filter(outline.regions == OUTSIDE, outline.window) & outline.own
    beside = ndimage.maximum_filter(others, outline.window)[is_beside_outside]
    contact = np.bincount(beside, minlength=len(regions)) / outline.width
    side = np.where(is_side, regions, 0)
    middle = (outline.low + outline.high) / 2
    for part in np.flatnonzero(~is_side & (regions > OUTSIDE) & (contact >= MIN_CONTACT * height)):
        is_around = is_field & ((outline.low <= middle[part]) & (middle[part] < outline.high)).all(axis=1)
        side[part] = is_around.argmax() if is_around.any() else len(regions)
    return side


def _erase(amount: Floats, components: _Components, outline: _Outline, side: NDArray[np.intp]) -> None:
    """Remove from the ink (height, width) what is between regions on different sides, given the `side` (n,) of each."""
    from scipy import ndimage

    sides = side[outline.regions]
    most = ndimage.maximum_filter(sides, outline.window)
    least = ndimage.minimum_filter(np.where(sides, sides, len(side) + 1), outline.window)
    is_between = dilated(outline.own & (least < most), EDGE) & (outline.own | (outline.labels == 0))
    places = np.argwhere(is_between) + outline.start
    y, x = places[((places >= 0) & (places < amount.shape)).all(axis=1)].T
    amount[y, x] = 0
