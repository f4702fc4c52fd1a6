"""Writes pictures, corrupted images and larger datasets, in a process whose memory may grow."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from handwriting.datasets.idx import read_idx, write_idx

from ..corruptions import CORRUPTIONS, corrupted
from ..cropping import tight_crop
from .accuracies import LABELS

CLEAN = "clean"
SCAN_SIDE, DIGIT_SIDE, MARGIN = 200, 120, 10
"""Pixels of a scan's side, of its digit's longer side, and of the least margin around that."""
PAPER_LEVEL, INK_LEVEL, NOISE = 225, 50, 3
"""Grey levels of a scan, 0 to 255, and the standard deviation of their noise."""


class DataWriter:
    """Derives files from MNIST's four files in a folder."""

    def __init__(self, mnist: str) -> None:
        self.mnist = Path(mnist)
        self.images = read_idx(self.mnist / "t10k-images-idx3-ubyte")
        self.labels = read_idx(self.mnist / "t10k-labels-idx1-ubyte")

    def pictures(self, folder: str, count: int, size: int | None = None) -> None:
        """Write the first test images as PNG files, dark ink on white, named by number and label.

        They are 28x28, or with a `size` without any margin, the longer side `size` pixels long.
        """
        Path(folder).mkdir()
        for number, (image, label) in enumerate(zip(self.images[:count], self.labels[:count], strict=True)):
            picture = tight_crop(image, size) if size else Image.fromarray(255 - image)
            picture.save(Path(folder) / f"{number:05d}-{label}.png")

    def scans(self, folder: str, count: int) -> None:
        """Write the first test images as PNG files of 200x200: the digit somewhere on grey paper, with some noise."""
        rng = np.random.default_rng(0)
        Path(folder).mkdir()
        for number, (image, label) in enumerate(zip(self.images[:count], self.labels[:count], strict=True)):
            digit = np.asarray(tight_crop(image, DIGIT_SIDE), np.float32) / 255
            top, left = (int(rng.integers(MARGIN, SCAN_SIDE - MARGIN - length + 1)) for length in digit.shape)
            page = np.ones((SCAN_SIDE, SCAN_SIDE), np.float32)
            page[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
            levels = INK_LEVEL + (PAPER_LEVEL - INK_LEVEL) * page + rng.normal(0, NOISE, page.shape)
            scan = Image.fromarray(levels.round().clip(0, 255).astype(np.uint8))
            scan.save(Path(folder) / f"{number:05d}-{label}.png")

    def corrupted(self, folder: str, count: int) -> list[str]:
        """Write the first test images as .npy files, clean and with each corruption; return the files' names."""
        images = self.images[:count]
        arrays = {CLEAN: images} | {name: corrupted(name, images) for name in CORRUPTIONS}
        Path(folder).mkdir()
        for name, array in (arrays | {LABELS: self.labels[:count]}).items():
            np.save(Path(folder) / f"{name}.npy", array)
        return list(arrays)

    def tenfold(self, folder: str) -> None:
        """Write MNIST's four files with every training image ten times."""
        Path(folder).mkdir()
        for path in self.mnist.iterdir():
            if path.name.startswith("train"):
                write_idx(Path(folder) / path.name, np.concatenate([read_idx(path)] * 10))
            else:
                shutil.copyfile(path, Path(folder) / path.name)
