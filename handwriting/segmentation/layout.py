"""Page layout: which components form a line of text, and at which angle the lines run.

Projected along the right angle, the digits of a line overlap, with gaps between the lines (projection profiles: Postl,
"Detection of linear oblique structures and skew scan in digitized documents", 1986). The angles tried are those from
each component to its neighbours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.percentiles import weighted_median
from handwriting.segmentation.components import Components

MIN_DIGIT_HEIGHT = 0.4
"""Least height of a component that may be (part of) a digit, in typical heights; separators and specks are lower."""
CORE = 0.35
"""Half the height of the part of a component that is projected, in digit heights."""
MAX_ANGLE = 60.0
"""Steepest angle of a line to the horizontal, in degrees."""
ANGLE_COST = 1 / 60
"""Thickness by which the projection must be smaller for each degree of the angle, in digit heights."""
MAX_COMPONENTS = 1000
"""Most components that are digits, those with the most ink; a picture with more is a texture."""


@dataclass(frozen=True)
class TextLine:
    """A line of text: the positions of its components, and its angle in degrees, above 0 where it runs upwards."""

    members: NDArray[np.intp]
    angle: float
    digit_height: float
    """In pixels, an estimate."""


def find_text_lines(components: Components) -> list[TextLine]:
    """Return the lines of text that the components form, from top to bottom."""
    strokes = components.strokes()
    if not len(strokes):
        return []
    height = components.typical_height
    is_small = components.height[strokes] < MIN_DIGIT_HEIGHT * height
    digits, small = strokes[~is_small], strokes[is_small]
    digits = digits[np.argsort(-components.ink[digits])[:MAX_COMPONENTS]]
    centres, reach = components.centres[digits], CORE * np.minimum(components.height[digits], height)
    angle = _angle(centres, reach, height)
    return [_text_line(components, digits[group], small, angle) for group in _groups(_depth(centres, angle), reach)]


def _depth(points: Floats, angle: float) -> Floats:
    """Return how far each point (n, 2) lies below the line through the origin that rises at `angle` degrees."""
    radians = np.deg2rad(angle)
    return points[:, 1] * np.cos(radians) + points[:, 0] * np.sin(radians)


def _angle(centres: Floats, reach: Floats, height: float) -> float:
    """Return the angle in degrees along which the projection of the components is thinnest."""
    candidates = np.unique(np.round(np.append(_neighbour_angles(centres, height), 0.0)))
    costs = [_thickness(_depth(centres, angle), reach, height) + ANGLE_COST * abs(angle) for angle in candidates]
    return float(candidates[np.argmin(costs)])


def _neighbour_angles(centres: Floats, height: float) -> Floats:
    """Return the angles in degrees from each component to the three nearest on its right."""
    angles = []
    for x, y in centres:
        right = centres[centres[:, 0] > x + 0.1 * height] - (x, y)
        nearest = right[np.argsort(np.hypot(*right.T), kind="stable")[:3]]
        angles.append(np.rad2deg(np.arctan2(-nearest[:, 1], nearest[:, 0])))
    found = np.concatenate(angles)
    return found[np.abs(found) <= MAX_ANGLE]


def _thickness(depth: Floats, reach: Floats, height: float) -> float:
    """Return the total thickness of the projected lines, in digit heights."""
    return float(sum(np.ptp(depth[group]) + 2 * CORE * height for group in _groups(depth, reach))) / height


def _groups(depth: Floats, reach: Floats) -> list[NDArray[np.intp]]:
    """Return the positions of components whose projections, from depth - reach to depth + reach, overlap, by depth."""
    order = np.argsort(depth - reach, kind="stable")
    ends = np.maximum.accumulate((depth + reach)[order])
    breaks = np.flatnonzero((depth - reach)[order][1:] > ends[:-1]) + 1
    return np.split(order, breaks)


def _text_line(components: Components, digits: NDArray[np.intp], small: NDArray[np.intp], angle: float) -> TextLine:
    """Return the line of these digits with the small components close to them: dots, bars, parts of broken strokes."""
    depth, heights = _depth(components.centres, angle), components.height[digits]
    half = heights.max() / 2
    start = depth[small] - components.height[small] / 2  # a comma hangs below the digits, but starts beside them
    is_near = (depth[small] > depth[digits].min() - half) & (start < depth[digits].max() + half)
    height = weighted_median(heights, components.ink[digits])
    return TextLine(np.concatenate([digits, small[is_near]]), angle, height)
