"""Non-digits that no pen has written: blots, spots and grain, as images float32 (n, 28, 28), 0 to 1."""

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.strokes.rendering import BOX, SIDE

WAVES = 12


def blots(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw spilt ink: where a sum of random waves is high, within a circle that fades towards its edge."""
    heights = _waves(n, rng) + rng.uniform(0.2, 1.2, (n, 1, 1))
    heights -= 2 * _distances(rng.uniform(0.6, 1.2, (2, n, 1, 1))) ** 2
    return np.clip(heights * rng.uniform(1, 8, (n, 1, 1)), 0, 1).astype(np.float32)


def spots(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw dots and filled ovals, as large as a full stop becomes when it is scaled to the size of a digit."""
    height = rng.uniform(0.7, 1.6, (n, 1, 1))  # not much narrower than high, which would be a thick 1
    distances = _distances(np.stack([height, height * rng.uniform(0.4, 1.3, (n, 1, 1))]))
    return np.clip((0.72 - distances) * rng.uniform(4, 12, (n, 1, 1)), 0, 1).astype(np.float32)


def grain(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw the grain of blank paper, coarse or fine, as it looks where it is mistaken for ink."""
    noise = np.abs(_waves(n, rng, 14)) * rng.uniform(0.1, 0.8, (n, 1, 1))
    return np.clip(noise + rng.normal(0, 1, (n, SIDE, SIDE)) * rng.uniform(0, 0.3, (n, 1, 1)), 0, 1).astype(np.float32)


def _distances(factors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return each pixel's distance from the centre, in halves of the 20x20 box, its row and column times `factors`."""
    positions = (np.arange(SIDE) - (SIDE - 1) / 2) / (BOX / 2)
    return np.hypot(positions[:, None] * factors[0], positions * factors[1])


def _waves(n: int, rng: np.random.Generator, fastest: float = 6) -> NDArray[np.floating]:
    """Return sums of waves (n, SIDE, SIDE), sum of cos(u y + v x + f) / sqrt(WAVES), x and y from -1 to 1.

    The frequencies u and v are random between -fastest and fastest, and so are the phases f.
    """
    positions = np.linspace(-1, 1, SIDE)
    frequency = rng.uniform(-fastest, fastest, (2, n, WAVES))
    phase = rng.uniform(0, 2 * np.pi, (n, WAVES))
    down, right = np.exp(1j * frequency[..., None] * positions)
    sums = np.einsum("nw,nwy,nwx->nyx", np.exp(1j * phase), down, right).real
    return np.asarray(sums / np.sqrt(WAVES))
