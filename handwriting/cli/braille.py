"""Dots: a braille character holds two columns of four dots, so a picture of 28x28 takes 14x7 characters."""

import numpy as np
from numpy.typing import NDArray

BLANK = 0x2800
WEIGHTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""What each dot adds to the character's number: the upper six were numbered first, column by column (Unicode 3.0)."""


def lines(dots: NDArray[np.bool_]) -> list[str]:
    """Return the dots (rows, columns) as lines of braille; what lacks to whole characters stays empty."""
    rows, columns = dots.shape
    padded = np.pad(dots, ((0, -rows % 4), (0, -columns % 2)))
    cells = padded.reshape(padded.shape[0] // 4, 4, padded.shape[1] // 2, 2).transpose(0, 2, 1, 3)
    return ["".join(chr(BLANK + code) for code in row) for row in (cells * WEIGHTS).sum(axis=(2, 3)).tolist()]
