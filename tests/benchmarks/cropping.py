"""Pictures without a margin, as other programs cut digits out of scans."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

RIM = 63
"""What is brighter than this belongs to a digit, and not to its soft rim."""


def trimmed(image: NDArray[Any], blank: float = 0) -> NDArray[Any]:
    """Return the part of `image` (height, width) that holds all of its pixels above `blank`."""
    rows, columns = (np.flatnonzero((image > blank).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def tight_crop(image: NDArray[np.uint8], size: int) -> Image.Image:
    """Return a picture of MNIST in dark ink on white, cut off right at the ink, its longer side `size` pixels long."""
    crop = Image.fromarray(trimmed(image, RIM))
    scale = size / max(crop.size)
    width, height = (max(1, round(side * scale)) for side in crop.size)
    return ImageOps.invert(crop.resize((width, height), Image.Resampling.BICUBIC))
