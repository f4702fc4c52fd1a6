"""Pictures without a margin, as other programs cut digits out of scans."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

RIM = 63
"""Grey level of the brightest pixels that belong to the soft rim of a digit in MNIST."""


def trimmed(image: NDArray[Any], background: float = 0) -> NDArray[Any]:
    """Return the part of `image` (height, width) that holds all of its pixels above `background`."""
    rows, columns = (np.flatnonzero((image > background).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def tight_crop(image: NDArray[np.uint8], size: int) -> Image.Image:
    """Return a digit of MNIST in dark ink on white, cut off at the ink, its longer side `size` pixels long."""
    crop = Image.fromarray(trimmed(image, RIM))
    scale = size / max(crop.size)
    width, height = (max(1, round(side * scale)) for side in crop.size)
    return ImageOps.invert(crop.resize((width, height), Image.Resampling.BICUBIC))
