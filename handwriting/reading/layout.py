"""Which components stand in a line of text, and in which direction it runs.

A line is found by its profile: seen along the right direction, the digits of one line hide behind each other and leave
gaps between the lines (the projection profile of page layout analysis: Postl, Detection of linear oblique structures
and skew scan in digitized documents, 1986). Directions that are tried are those from one component to its neighbours.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.reading.components import Components

BODY = 0.4
"""From this share of a digit's height on, a component is (part of) a digit rather than a separator or a speck."""
SOLID = 3.0
"""So many times as wide as the strokes of the rest, a component is no stroke: a shadow, a table, a blot."""
CORE = 0.35
"""The share of a digit's height, above and below its centre, that hides what stands behind it in a profile."""
STEEPEST = 60.0
"""Degrees from the horizontal that a line may run up or down."""
RELUCTANCE = 1 / 60
"""Digits' heights by which a profile must be narrower for each degree that a line is believed to be inclined."""
MOST_BODIES = 300
"""With more components than this a picture is a texture."""


@dataclass(frozen=True)
class Row:
    """The components of one line, as indices, and the direction in which it runs: degrees, upwards is above 0."""

    members: NDArray[np.intp]
    angle: float
    digit_height: float
    """In pixels, an estimate."""


def find_rows(components: Components) -> list[Row]:
    """Return the lines of text that the components form, from top to bottom; none where there are none."""
    strokes = _strokes(components)
    if not len(strokes):
        return []
    height = typical_height(components)
    tall = strokes[components.height[strokes] >= BODY * height]
    bodies = tall[np.argsort(-components.ink[tall])[:MOST_BODIES]]
    middle = _centres(components)
    angle = _direction(middle[bodies], components.height[bodies], height)
    rows = [bodies[group] for group in _groups(middle[bodies], components.height[bodies], height, angle)]
    return [_row(components, strokes, members, angle, height) for members in rows]


def weighted_median(values: NDArray[Any], weights: NDArray[Any]) -> float:
    """Return the value below which half of the weights lie; both (n,), at least one."""
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(passed, passed[-1] / 2)])


def typical_stroke(components: Components) -> float:
    """Return the width of most strokes, in pixels. What is long counts, so no blot does."""
    return weighted_median(components.stroke, components.outline)


def typical_height(components: Components) -> float:
    """Return the height of the components that hold most of the ink, in pixels."""
    strokes = _strokes(components)
    return weighted_median(components.height[strokes], components.ink[strokes]) if len(strokes) else 0.0


def _strokes(components: Components) -> NDArray[np.intp]:
    """Return the components that look like strokes: neither solid nor specks."""
    if not len(components):
        return np.empty(0, np.intp)
    typical = typical_stroke(components)
    return np.flatnonzero((components.stroke <= SOLID * typical) & (components.ink >= typical**2))


def _centres(components: Components) -> Floats:
    """Return the middle of each box, (n, 2): x, y."""
    return np.stack([components.left + components.right, components.top + components.bottom], axis=1) / 2


def _depth(middle: Floats, angle: float) -> Floats:
    """Return how far below a line through the origin, running up at `angle` degrees, each of the points (n, 2) lies."""
    turn = np.deg2rad(angle)
    return middle[:, 1] * np.cos(turn) + middle[:, 0] * np.sin(turn)


def _direction(middle: Floats, heights: NDArray[Any], height: float) -> float:
    """Return the direction in degrees along which the profile of the components is narrowest."""
    candidates = np.unique(np.round(np.append(_neighbour_angles(middle, height), 0.0)))
    costs = [_thickness(middle, heights, height, angle) + RELUCTANCE * abs(angle) for angle in candidates]
    return float(candidates[int(np.argmin(costs))])


def _neighbour_angles(middle: Floats, height: float) -> Floats:
    """Return the directions (degrees) from each component to the three nearest on its right."""
    angles = []
    for x, y in middle:
        right = middle[middle[:, 0] > x + 0.1 * height] - (x, y)
        distances = np.hypot(*right.T)
        for place in np.argsort(distances, kind="stable")[:3]:
            angles.append(np.rad2deg(np.arctan2(-right[place, 1], right[place, 0])))
    found = np.array(angles)
    return found[np.abs(found) <= STEEPEST]


def _thickness(middle: Floats, heights: NDArray[Any], height: float, angle: float) -> float:
    """Return the sum of the thicknesses of all rows in digits' heights, were this the direction of the lines."""
    depth = _depth(middle, angle)
    groups = _groups(middle, heights, height, angle)
    return float(sum(np.ptp(depth[group]) + 2 * CORE * height for group in groups)) / height


def _groups(middle: Floats, heights: NDArray[Any], height: float, angle: float) -> list[NDArray[np.intp]]:
    """Return groups of indices whose cores overlap in the profile across `angle`, from top to bottom."""
    depth = _depth(middle, angle)
    reach = CORE * np.minimum(heights, height)
    order = np.argsort(depth - reach, kind="stable")
    ends = np.maximum.accumulate((depth + reach)[order])
    breaks = np.flatnonzero((depth - reach)[order][1:] > ends[:-1]) + 1
    return np.split(order, breaks)


def _row(
    components: Components, strokes: NDArray[np.intp], bodies: NDArray[np.intp], angle: float, height: float
) -> Row:
    """Return a row with its bodies and with what lies between or close to them: dots, hats, pieces of strokes."""
    middle = _centres(components)
    depth = _depth(middle, angle)
    half = np.max(components.height[bodies]) / 2
    low, high = depth[bodies].min() - half, depth[bodies].max() + half
    small = strokes[(components.height[strokes] < BODY * height)]
    near = small[(depth[small] > low) & (depth[small] < high)]
    height = weighted_median(components.height[bodies], components.ink[bodies])
    return Row(np.concatenate([bodies, near]), angle, height)
