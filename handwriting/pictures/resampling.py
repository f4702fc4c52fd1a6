"""Change the size of a grey picture. Pillow's filters widen when they shrink, so nothing is skipped between pixels.

In the data flow: a helper of polarity.py, ink.py and preparation.py.
"""

from typing import Literal

import numpy as np

from handwriting.interfaces import Floats


def resize(picture: Floats, height: int, width: int, how: Literal["box", "bilinear", "bicubic"] = "bilinear") -> Floats:
    """Return `picture` (any height, any width) as float32 (height, width), filtered the given way."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling[how.upper()]))


def shrink(picture: Floats, longest: int) -> tuple[Floats, float]:
    """Return `picture` with its longer side at most `longest`, and how many times smaller it became."""
    height, width = picture.shape
    scale = max(height, width) / longest
    if scale <= 1:
        return picture, 1.0
    return resize(picture, max(1, round(height / scale)), max(1, round(width / scale)), "box"), scale
