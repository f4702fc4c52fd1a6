"""One hand: how somebody writes all characters of a line."""

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from handwriting.datasets.lines.kinds import Kind
from handwriting.interfaces import Floats, Images

BOX = 20
"""Height of most glyphs, in pixels of their images."""
INKED = 0.3
"""Least amount of ink, from 0 to 1, of a pixel within a character's box."""
HEIGHTS = (18, 64)
"""Range of the height of a line's digits, in pixels."""


@dataclass(frozen=True)
class Hand:
    """The style of a line; lengths are in heights of its digits, unless it says otherwise."""

    height: float
    """Height of its digits, in pixels."""
    shear: float
    """Slant of its digits: shift to the right, for each height upwards."""
    width: float
    """Factor on the width of its digits."""
    edge: float
    """Ink of a glyph, 0 to 1, where the edge of its strokes is drawn: a low one makes them wide."""
    variation: float
    """Spread of size, slant and place from one character to the next."""
    gap: float
    """Mean gap between two digits; below 0 they overlap."""
    zero: float
    """Height of zeros, which many write smaller than other digits."""
    climb: float
    """Height by which the line rises for each height to the right."""


def random_hand(kinds: Set[Kind], rng: np.random.Generator) -> Hand:
    """Draw the style of a line of these kinds."""
    return Hand(
        height=float(np.exp(rng.uniform(*np.log(HEIGHTS)))),
        shear=rng.normal(0.15, 0.2),
        width=float(np.exp(rng.normal(0, 0.15))),
        edge=rng.uniform(0.3, 0.7),
        variation=rng.uniform(0.02, 0.1),
        gap=rng.normal(0, 0.05) if "tight" in kinds else rng.uniform(0.06, 0.4),
        zero=rng.uniform(0.35, 0.9) if "small-zeros" in kinds else 1.0,
        climb=rng.uniform(-0.35, 0.35) if "steep" in kinds else rng.normal(0, 0.03),
    )


def written(glyph: Images, hand: Hand, height: float, rng: np.random.Generator) -> Floats:
    """Return a glyph (28, 28) as it is written in this hand: its ink (height, width), 0 to 1, without blank margins.

    A `height` of 1 is that of the hand's digits.
    """
    from scipy import ndimage

    forward = _transformation(hand, height, rng)  # from the glyph's pixels to those of the line
    side = len(glyph)
    corners = np.array([(0, 0), (0, side), (side, 0), (side, side)]) @ forward.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    backward = np.linalg.inv(forward)
    shape = tuple(int(length) for length in np.ceil(high - low))
    smooth = ndimage.affine_transform(glyph / np.float32(255), backward, backward @ low, shape, order=3)
    enlargement = max(hand.height / BOX, 1)
    ink = np.clip((smooth - hand.edge) * 1.5 * enlargement + 0.5, 0, 1).astype(np.float32)
    y, x = np.nonzero(ink >= INKED)
    if not len(y):  # thinner than a pixel
        return np.ones((1, 1), np.float32)
    return ink[y.min() : y.max() + 1, x.min() : x.max() + 1]


def _transformation(hand: Hand, height: float, rng: np.random.Generator) -> Floats:
    """Return the matrix (2, 2) that turns, stretches, slants and enlarges a glyph, for coordinates (y, x)."""
    angle, lean, size, stretch = rng.normal(0, hand.variation, 4)
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    slanted = np.array([[1, 0], [-hand.shear - lean, hand.width * np.exp(stretch)]])
    matrix: Floats = hand.height * height * np.exp(size) / BOX * slanted @ turned
    return matrix
