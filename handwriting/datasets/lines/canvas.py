"""The canvas that lines are drawn on: its ink, and for each pixel whose ink it is."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.lines.hand import INKED
from handwriting.interfaces import Floats

PAPER, SHARED, OTHER = 0, 254, 255
"""Owners of pixels without ink, of ink that belongs to two digits or joins them, and of ink that belongs to none."""


@dataclass(frozen=True)
class Canvas:
    """The `ink` (height, width), 0 to 1, and the `owner` of each pixel, uint8 (height, width).

    Digits are numbered from 1 on; what else owns ink is named above.
    """

    ink: Floats
    owner: NDArray[np.uint8]

    @classmethod
    def blank(cls, height: int, width: int) -> "Canvas":
        """Return a canvas without ink."""
        return cls(np.zeros((height, width), np.float32), np.zeros((height, width), np.uint8))

    def __getitem__(self, area: tuple[slice, slice]) -> "Canvas":
        return Canvas(self.ink[area], self.owner[area])

    def add(self, ink: Floats, owner: int, top: int, left: int) -> None:
        """Add ink whose corner is at `top` and `left`; what reaches beyond the canvas is lost."""
        height, width = self.ink.shape
        inside = ink[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
        top, left = max(top, 0), max(left, 0)
        place = slice(top, top + inside.shape[0]), slice(left, left + inside.shape[1])
        owners, before = self.owner[place], self.ink[place]
        is_new, is_old = inside >= INKED, (before >= INKED) & (owners < SHARED)
        owners[is_new & (inside > before)] = owner
        if owner < SHARED:
            owners[is_new & is_old] = SHARED
        self.ink[place] = np.maximum(self.ink[place], inside)

    def stroke(self, points: Floats, radius: float, owner: int, strength: float = 1.0) -> None:
        """Draw straight segments between `points` (n, 2), rows and columns, with a round pen of at most full ink."""
        low = np.floor(points.min(axis=0) - radius - 1).astype(int)
        rows, columns = np.ceil(points.max(axis=0) + radius + 2).astype(int) - low
        y, x = np.arange(rows)[:, None] + low[0], np.arange(columns) + low[1]
        distance = np.full((rows, columns), np.inf)
        for (y0, x0), (y1, x1) in pairwise(points):
            down, right = y1 - y0, x1 - x0
            t = np.clip(((y - y0) * down + (x - x0) * right) / max(down**2 + right**2, 1e-9), 0, 1)
            np.minimum(distance, np.hypot(y - y0 - t * down, x - x0 - t * right), out=distance)
        ink = strength * np.clip(radius - distance + 0.5, 0, 1)
        self.add(ink.astype(np.float32), owner, int(low[0]), int(low[1]))
