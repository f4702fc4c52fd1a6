"""Images to change: noise, and vertical bars; and the augmentation that changes nothing."""

import numpy as np

from handwriting.interfaces import Floats, Images
from handwriting.training.augmentation.augmenter import STRENGTHS, Augmenter
from handwriting.training.augmentation.geometry import MARGIN

NONE = Augmenter(**dict.fromkeys(STRENGTHS, 0.0))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def noise(n: int, size: int = 28, seed: int = 0) -> Images:
    return rng(seed).integers(0, 256, (n, size, size), dtype=np.uint8)


def bars(n: int) -> Images:
    """Return vertical bars, 4 pixels wide and 16 high, in the middle."""
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    return images


def padded(images: Images) -> Floats:
    return np.pad(images.astype(np.float32), ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
