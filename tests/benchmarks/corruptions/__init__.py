"""The fifteen corruptions of MNIST-C, made anew: pictures that a person still reads, as a network never saw them.

Source: Mu and Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, https://arxiv.org/abs/1906.02337.
Kinds and strengths are those of the code that came with it (https://github.com/google-research/mnist-c); the arrays are
not the published ones, as the random numbers are others.

noise.py     shot, impulse           lines.py    dotted line, zigzag
blur.py      glass, motion           fog.py      fog
affine.py    shear, scale, rotate,   spatter.py  spatter
             translate               edges.py    canny edges
light.py     brightness, stripe

Each is a function of pictures float32 (n, 28, 28), 0 to 1, light ink on dark, and of a random generator; it returns new
pictures, which may leave 0 to 1 and are cut off there.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from handwriting.interfaces import Floats, Images

from . import affine, blur, edges, fog, light, lines, noise, spatter

Corruption: TypeAlias = Callable[[Floats, np.random.Generator], Floats]

CORRUPTIONS: dict[str, Corruption] = {
    "shot": noise.shot,
    "impulse": noise.impulse,
    "glass": blur.glass,
    "motion": blur.motion,
    "shear": affine.shear,
    "scale": affine.scale,
    "rotate": affine.rotate,
    "brightness": light.brightness,
    "translate": affine.translate,
    "stripe": light.stripe,
    "fog": fog.fog,
    "spatter": spatter.spatter,
    "dotted line": lines.dotted_line,
    "zigzag": lines.zigzag,
    "canny edges": edges.canny,
}
"""In the order of the paper."""

CHUNK = 500
"""Pictures that are corrupted together, so that memory stays small."""


def corrupted(name: str, images: Images, seed: int = 0) -> Images:
    """Return corrupted copies of `images` uint8 (n, 28, 28); alike for a like seed."""
    rng = np.random.default_rng(seed)
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = slice(start, start + CHUNK)
        pictures = CORRUPTIONS[name](images[chunk] / np.float32(255), rng)
        result[chunk] = np.rint(255 * np.clip(pictures, 0, 1))
    return result
