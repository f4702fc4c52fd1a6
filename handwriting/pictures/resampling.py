"""Change of a grey picture's size, by Pillow's filters: they are antialiased, so that thin lines survive."""

from typing import Literal

import numpy as np

from handwriting.interfaces import Floats


def resize(
    picture: Floats, height: int, width: int, method: Literal["box", "bilinear", "bicubic"] = "bilinear"
) -> Floats:
    """Return `picture` (any height, any width) resampled to float32 (height, width)."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling[method.upper()]))


def shrink(picture: Floats, longest: int) -> tuple[Floats, float]:
    """Return `picture` with at most `longest` pixels on its longer side, and the factor by which it was shrunk."""
    height, width = picture.shape
    scale = max(height, width) / longest
    if scale <= 1:
        return picture, 1.0
    return resize(picture, max(1, round(height / scale)), max(1, round(width / scale)), "box"), scale
