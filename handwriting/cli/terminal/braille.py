"""Dots as braille characters. Each holds four rows of two dots, so an image of 28x28 takes 7 lines of 14."""

import numpy as np
from numpy.typing import NDArray

BLANK = 0x2800
BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each dot in the number of the character (Unicode 3.0)."""


def lines(dots: NDArray[np.bool_]) -> list[str]:
    """Return dots (rows, columns) as lines of braille, padded with blank dots to whole characters."""
    rows, columns = dots.shape
    padded = np.pad(dots, ((0, -rows % 4), (0, -columns % 2)))
    cells = padded.reshape(padded.shape[0] // 4, 4, padded.shape[1] // 2, 2).transpose(0, 2, 1, 3)
    return ["".join(chr(BLANK + code) for code in row) for row in (cells * BITS).sum(axis=(2, 3)).tolist()]
