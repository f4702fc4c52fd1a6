"""What is no handwriting at all: blots, spots and grain, as pictures float32 (n, 28, 28), 0 to 1."""

import numpy as np
from numpy.typing import NDArray

SIDE = 28
WAVES = 12


def blots(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Ink spilt in random shapes: where a sum of waves is high, within a round that fades towards the edge."""
    heights = _waves(n, rng) + rng.uniform(0.2, 1.2, (n, 1, 1))
    heights -= 2 * _distances(rng.uniform(0.6, 1.2, (2, n, 1, 1))) ** 2
    return np.clip(heights * rng.uniform(1, 8, (n, 1, 1)), 0, 1).astype(np.float32)


def spots(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A point, full stop or filled oval, as large as a digit once it is brought to a digit's size."""
    height = rng.uniform(0.7, 1.6, (n, 1, 1))  # not much narrower than high: that would be a thick 1
    distances = _distances(np.stack([height, height * rng.uniform(0.4, 1.3, (n, 1, 1))]))
    return np.clip((0.72 - distances) * rng.uniform(4, 12, (n, 1, 1)), 0, 1).astype(np.float32)


def grain(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Blank paper whose grain was taken for ink: noise, coarse or fine."""
    noise = np.abs(_waves(n, rng, fastest=14)) * rng.uniform(0.1, 0.8, (n, 1, 1))
    return np.clip(noise + rng.normal(0, 1, (n, SIDE, SIDE)) * rng.uniform(0, 0.3, (n, 1, 1)), 0, 1).astype(np.float32)


def _distances(stretch: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return each pixel's distance from the middle (1 at the edge of the box of 20), wider or higher by `stretch`."""
    places = (np.arange(SIDE) - (SIDE - 1) / 2) / 10
    return np.hypot(places[:, None] * stretch[0], places * stretch[1])


def _waves(n: int, rng: np.random.Generator, fastest: float = 6) -> NDArray[np.floating]:
    """Return sums of random waves (n, SIDE, SIDE) of spread 0.7."""
    places = np.linspace(-1, 1, SIDE)
    frequency = rng.uniform(-fastest, fastest, (2, n, WAVES))
    phase = rng.uniform(0, 2 * np.pi, (n, WAVES))
    down, right = (np.exp(1j * frequency[axis, ..., None] * places) for axis in (0, 1))
    sums = np.einsum("nw,nwy,nwx->nyx", np.exp(1j * phase), down, right).real
    return np.asarray(sums / np.sqrt(WAVES))
