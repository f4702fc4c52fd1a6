"""The class `Augmenter`: how much images may change, and in which order.

    augment = Augmenter(rotation=15, elastic=0)
    changed = augment(images, rng)

First strokes become thicker or thinner and are blurred, then one map moves all pixels, then flaws are added.
"""

import math
from dataclasses import dataclass, fields, replace

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Images
from handwriting.registry.ranges import check_at_least
from handwriting.training.augmentation.filters import blurred, thickened
from handwriting.training.augmentation.flaws import add_noise, fade, occlude
from handwriting.training.augmentation.geometry import MARGIN, inverse_matrices, knot_counts, sample, source_points

CHUNK = 64
"""Images that are changed at a time: few enough for the processor's cache, and many enough that threads seldom wait.

Threads wait for each other at every call of NumPy, since only one of them at a time can run Python.
"""
LIMITS = {
    "rotation": 180, "shear": 60, "scale": 0.9, "shift": 28, "elastic": 14, "sigma": 28, "thickness": 1, "blur": 1,
    "occlusion": 1, "fading": 1, "noise": 1, "annealing": 1,
}  # fmt: skip
"""The highest value of each setting."""


@dataclass(frozen=True)
class Augmenter:
    """How much images may change. Amounts are drawn for each image, uniformly from the ranges; 0 is no change."""

    rotation: float = 10.0
    """Degrees, in either direction."""
    shear: float = 10.0
    """Degrees by which upright strokes are slanted, in either direction."""
    scale: float = 0.12
    """Fraction by which width and height, independently, grow or shrink."""
    shift: float = 1.5
    """Pixels, in either direction along both axes."""
    elastic: float = 0.9
    """Root mean square of the elastic displacement along each axis, in pixels."""
    sigma: float = 5.0
    """Pixels over which neighbouring points are displaced together; at least 2."""
    thickness: float = 0.5
    """Pixels by which strokes become thicker or thinner on each side, at most 1."""
    blur: float = 0.3
    """Highest weight of a blurred copy that is mixed with the image."""
    occlusion: float = 0.05
    """Fraction of the images of which a rectangle with sides of 2 to 6 pixels is covered."""
    fading: float = 0.2
    """Fraction of its brightness that ink may lose."""
    noise: float = 0.05
    """Highest standard deviation of the noise, as a fraction of full brightness; half of the images have none."""
    annealing: float = 0.0
    """Fraction by which all settings but `sigma` have decreased, linearly, at the end of the training."""

    def __post_init__(self) -> None:
        for name, limit in LIMITS.items():
            if not 0 <= getattr(self, name) <= limit:
                raise SettingError(f"{name} must be from 0 to {limit}, got {getattr(self, name)}")
        check_at_least("sigma", self.sigma, 2)

    def at(self, progress: float) -> "Augmenter":
        """Return the augmentation that is left when the fraction `progress` of the training is done.

        So the last images that the network is trained on resemble those that it will read (Z. He and others, "Data
        augmentation revisited: rethinking the distribution gap between clean and augmented data", 2019).
        """
        left = 1 - self.annealing * progress
        return replace(self, annealing=0.0, **{name: getattr(self, name) * left for name in STRENGTHS})

    def __call__(self, images: Images, rng: np.random.Generator) -> Images:
        """Return changed copies of `images` uint8 (n, height, width), light ink on dark."""
        changed = np.empty_like(images)
        for start in range(0, len(images), CHUNK):
            changed[start : start + CHUNK] = self._change(images[start : start + CHUNK], rng)
        return changed

    def _change(self, images: Images, rng: np.random.Generator) -> Floats:
        n, height, width = images.shape
        padded = np.zeros((n, height + 2 * MARGIN, width + 2 * MARGIN), np.float32)
        padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = images
        if self.thickness:
            padded = thickened(padded, _uniform(self.thickness, n, rng))
        if self.blur:
            padded = blurred(padded, np.abs(_uniform(self.blur, n, rng)))
        changed = padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        if self.rotation or self.shear or self.scale or self.shift or self.elastic:
            changed = sample(padded, self._source_points(n, (height, width), rng))
        if self.occlusion:
            occlude(changed, self.occlusion, rng)
        if self.fading:
            fade(changed, np.abs(_uniform(self.fading, n, rng)))
        if self.noise:
            add_noise(changed, _uniform(self.noise, n, rng), rng)
        changed += 0.5  # rounds, as the conversion to uint8 truncates
        return changed

    def _source_points(self, n: int, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Draw a map for each of n images, as `geometry.source_points` returns it."""
        angles = _uniform(math.radians(self.rotation), n, rng)
        shears = _uniform(math.radians(self.shear), n, rng)
        scales = 1 + _uniform(self.scale, 2 * n, rng).reshape(2, n)
        shifts = _uniform(self.shift, 2 * n, rng).reshape(2, n)
        knots = math.prod(knot_counts(shape, self.sigma)) if self.elastic else 0
        displacements = rng.standard_normal((2, n, knots), dtype=np.float32) * np.float32(self.elastic)
        return source_points(shape, inverse_matrices(angles, shears, scales), shifts, displacements, self.sigma)


STRENGTHS = tuple(field.name for field in fields(Augmenter) if field.name not in ("sigma", "annealing"))
"""The settings that say how much images change."""


def _uniform(limit: float, count: int, rng: np.random.Generator) -> Floats:
    """Return random numbers float32 (count,) between -limit and limit."""
    return (2 * rng.random(count, dtype=np.float32) - 1) * np.float32(limit)
