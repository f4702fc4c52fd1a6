"""Writes pictures of whole pages of numbers, in a process whose memory may grow."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from handwriting.datasets.idx import read_idx
from handwriting.interfaces import Images, Labels
from handwriting.pictures.resampling import resize

KINDS = ("plain", "ruled", "turned", "shadow", "columns", "desk")
HEIGHT, WIDTH = 2800, 2000
"""Pixels of a page."""
LINES, DIGITS, COLUMNS = 24, 8, 2
"""Numbers below each other on a page, their digits, and how many of them stand side by side on one in columns."""
SIDE = 72
"""Pixels of an image of MNIST on the page; the digit in it is about 50 high."""
PAPER, INK, NOISE = 0.93, 0.7, 0.015
"""Grey level of the paper, by how much ink is darker, and the standard deviation of the noise, 0 to 1."""
DARKEST, DESK = 0.4, 0.25
"""Light in the darkest part of a shadow, as a fraction, and grey level of a desk."""
ANGLES = 2.0, 6.0
"""Range of the angles by which a page is turned, in degrees to either side."""


class PageWriter:
    """Draws pages in the digits of MNIST's test set, whose files are in a folder."""

    def __init__(self, mnist: str) -> None:
        names = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
        self.images, self.labels = (read_idx(Path(mnist) / name) for name in names)

    def pages(self, folder: str, count: int) -> None:
        """Write `count` pages of each kind as PNG files, and the lines of each page, by its name, as lines.json."""
        rng = np.random.default_rng(11)
        Path(folder).mkdir()
        written = {}
        for kind in KINDS:
            for number in range(count):
                grey, texts = _page(self.images, self.labels, kind, rng)
                written[f"{kind}_{number}"] = texts
                picture = Image.fromarray((grey.clip(0, 1) * 255).round().astype(np.uint8))
                picture.save(Path(folder) / f"{kind}_{number}.png", compress_level=1)
        Path(folder, "lines.json").write_text(json.dumps(written))


def _page(images: Images, labels: Labels, kind: str, rng: np.random.Generator) -> tuple[NDArray[np.float32], list[str]]:
    """Return a page (height, width), from 0 dark to 1 light, and its lines."""
    grey, texts = np.full((HEIGHT, WIDTH), PAPER, np.float32), []
    pitch = HEIGHT // (LINES + 1)
    for top in range(pitch // 2, pitch * LINES, pitch):
        chosen = rng.integers(len(images), size=DIGITS * (COLUMNS if kind == "columns" else 1))
        texts.append("".join(map(str, labels[chosen])))
        for place, image in enumerate(images[chosen]):
            left = WIDTH // 10 + place * SIDE + WIDTH // 5 * (place // DIGITS)
            digit = resize(image / np.float32(255), SIDE, SIDE, "bicubic")
            grey[top : top + SIDE, left : left + SIDE] -= INK * digit
        if kind == "ruled":
            grey[top + SIDE - 4 : top + SIDE] = np.minimum(grey[top + SIDE - 4 : top + SIDE], PAPER - 0.3)
    if kind == "shadow":
        grey *= np.clip(np.linspace(1.2, DARKEST, HEIGHT, dtype=np.float32), 0, 1)[:, np.newaxis]
    if kind == "desk":
        grey = np.pad(grey, HEIGHT // 10, constant_values=DESK)
    if kind in ("turned", "desk"):
        angle = rng.uniform(*ANGLES) * rng.choice((-1, 1))
        around = DESK if kind == "desk" else PAPER
        turned = Image.fromarray(grey).rotate(angle, Image.Resampling.BICUBIC, fillcolor=around)
        grey = np.asarray(turned, np.float32)
    return grey + rng.normal(0, NOISE, grey.shape).astype(np.float32), texts
