"""Augmentation: every time a picture is learnt it looks a little different; what it shows stays the same.

    change = augmentation("rotation=15,elastic=0")
    pictures = change(images, rng)

In the data flow: stroke (thicker or thinner, blurred) -> geometry (from shift to elastic, sampled once) -> flaws
(occlusion, contrast, noise).
"""

import math
from dataclasses import dataclass, fields, replace

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Images
from handwriting.registry import specs
from handwriting.training.augmentation.flaws import add_noise, fade, occlude
from handwriting.training.augmentation.geometry import MARGIN, knots, matrices, sample, sources
from handwriting.training.augmentation.stroke import blurred, thickened

CHUNK = 16
"""Pictures that are changed together: few enough for all their numbers to stay in the processor's own cache.

Measured on one processor, microseconds a picture, batches of 128, minimum of 100: with all that is on by default 23 in
chunks of 16, 34 in chunks of 8, 27 in chunks of 32, whose larger arrays come anew from the system each time. The
geometry takes 10 of it, noise 4, thickness 3, blur 2, the rest 1 each.
"""

LIMITS = {"rotation": 180, "shear": 60, "scale": 0.9, "shift": 28, "elastic": 14, "sigma": 28, "thickness": 1,
          "blur": 1, "occlusion": 1, "fading": 1, "noise": 1, "annealing": 1}  # fmt: skip
"""The highest value that each setting may have."""


@dataclass(frozen=True)
class Augmentation:
    """How much pictures may differ. Each draws its own amounts, evenly from the ranges; 0 leaves a thing as it is."""

    rotation: float = 10.0
    """Degrees, to either side."""
    shear: float = 10.0
    """Degrees by which upright strokes lean, to either side."""
    scale: float = 0.12
    """Share by which width and height, each by itself, grow or shrink."""
    shift: float = 1.5
    """Pixels, in either direction."""
    elastic: float = 0.9
    """Pixels by which points stray, as root mean square: what Simard (2003) calls alpha 34, sigma 4 is 1.4."""
    sigma: float = 5.0
    """Pixels over which neighbouring points stray together."""
    thickness: float = 0.5
    """Share of the way to strokes that are a pixel thicker, or thinner, on each side."""
    blur: float = 0.3
    """Share of the way to a picture in which every pixel is mixed with its neighbours."""
    occlusion: float = 0.05
    """Share of the pictures of which a rectangle of 2 to 6 pixels is covered."""
    fading: float = 0.2
    """Share of its brightness that ink may lose."""
    noise: float = 0.05
    """Standard deviation of the noise on the noisiest pictures, as a share of full brightness; half have none."""
    annealing: float = 0.0
    """Share of all this (but `sigma`) that is gone at the end of a training; it goes evenly."""

    def __post_init__(self) -> None:
        for name, limit in LIMITS.items():
            if not 0 <= getattr(self, name) <= limit:
                raise SettingError(f"{name} lies between 0 and {limit}, not {getattr(self, name)}")
        if self.sigma < 2:
            raise SettingError(f"sigma is at least 2 pixels, not {self.sigma}: points would stray one by one")

    def __call__(self, images: Images, rng: np.random.Generator) -> Images:
        """Return changed copies of `images` uint8 (n, height, width), light ink on dark; alike for a like `rng`."""
        changed = np.empty_like(images)
        for start in range(0, len(images), CHUNK):
            changed[start : start + CHUNK] = self._changed(images[start : start + CHUNK], rng)
        return changed

    def at(self, share_done: float) -> "Augmentation":
        """Return what is left of it when that much of a training is done, 0 to 1.

        What is learnt last then looks like what will be read (He et al., "Data augmentation revisited: rethinking the
        distribution gap between clean and augmented data", 2019).
        """
        left = 1 - self.annealing * share_done
        return replace(self, annealing=0.0, **{name: getattr(self, name) * left for name in STRENGTHS})

    def _changed(self, images: Images, rng: np.random.Generator) -> Floats:
        n, height, width = images.shape
        padded = np.zeros((n, height + 2 * MARGIN, width + 2 * MARGIN), np.float32)
        padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = images
        if self.thickness:
            padded = thickened(padded, _within(self.thickness, n, rng))
        if self.blur:
            padded = blurred(padded, np.abs(_within(self.blur, n, rng)))
        pictures = padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        if self.rotation or self.shear or self.scale or self.shift or self.elastic:
            pictures = sample(padded, self._sources(n, (height, width), rng))
        if self.occlusion:
            occlude(pictures, self.occlusion, rng)
        if self.fading:
            fade(pictures, np.abs(_within(self.fading, n, rng)))
        if self.noise:
            add_noise(pictures, _within(self.noise, n, rng), rng)
        pictures += 0.5  # so that cutting off the fraction rounds
        return pictures

    def _sources(self, n: int, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Draw a map for each of n pictures: see `geometry.sources`."""
        angles, leans = (_within(math.radians(most), n, rng) for most in (self.rotation, self.shear))
        factors = 1 + _within(self.scale, 2 * n, rng).reshape(2, n)
        shifts = _within(self.shift, 2 * n, rng).reshape(2, n)
        count = math.prod(knots(shape, self.sigma)) if self.elastic else 0
        strays = rng.standard_normal((2, n, count), dtype=np.float32) * np.float32(self.elastic)
        return sources(shape, matrices(angles, leans, factors), shifts, strays, self.sigma)


STRENGTHS = tuple(field.name for field in fields(Augmentation) if field.name not in ("sigma", "annealing"))
"""The settings that say how much pictures may differ."""
DEFAULT = Augmentation()
NONE = Augmentation(**dict.fromkeys(STRENGTHS, 0.0))
"""Changes nothing."""


def augmentation(text: str = "") -> Augmentation:
    """Return the augmentation with the settings that `text` names, such as "rotation=15,elastic=0"; else the default.

    Raises `SettingError` naming what does not fit, and all the settings there are.
    """
    return specs.construct(Augmentation, "augment", text)


def _within(most: float, count: int, rng: np.random.Generator) -> Floats:
    """Return numbers float32 (count,) between -most and most."""
    return (2 * rng.random(count, dtype=np.float32) - 1) * np.float32(most)
