"""The fifteen corruptions of MNIST-C: images that a person can still read, unlike those a network was trained on.

Source: Mu and Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, https://arxiv.org/abs/1906.02337.
Kinds and strengths are those of the authors' code (https://github.com/google-research/mnist-c); the arrays are not the
published ones, as the random numbers differ.

pixels.py   shot, impulse, brightness, stripe      blur.py     glass, motion
affine.py   shear, scale, rotate, translate        fog.py      fog
lines.py    dotted line, zigzag                    spatter.py  spatter
edges.py    Canny edges

Each is a function of images float32 (n, 28, 28), 0 to 1, light ink on dark, and of a random generator; it returns new
images, which may leave 0 to 1 and are clipped.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from handwriting.interfaces import Floats, Images

from .affine import rotate, scale, shear, translate
from .blur import glass, motion
from .edges import canny_edges
from .fog import fog
from .lines import dotted_line, zigzag
from .pixels import brightness, impulse, shot, stripe
from .spatter import spatter

Corruption: TypeAlias = Callable[[Floats, np.random.Generator], Floats]

CORRUPTIONS: dict[str, Corruption] = {
    function.__name__.replace("_", " "): function
    for function in (shot, impulse, glass, motion, shear, scale, rotate, brightness, translate, stripe, fog, spatter,
                     dotted_line, zigzag, canny_edges)
}  # fmt: skip
"""In the order of the paper."""

CHUNK = 500
"""Images that are corrupted together, which limits the memory."""


def corrupted(name: str, images: Images, seed: int = 0) -> Images:
    """Return corrupted copies of `images` uint8 (n, 28, 28); the same seed gives the same copies."""
    rng = np.random.default_rng(seed)
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = slice(start, start + CHUNK)
        changed = CORRUPTIONS[name](images[chunk] / np.float32(255), rng)
        result[chunk] = np.rint(255 * np.clip(changed, 0, 1))
    return result
