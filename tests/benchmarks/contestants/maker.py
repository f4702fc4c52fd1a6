"""Makes pictures, corrupted ones and larger datasets out of MNIST, in a process that may grow."""

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from handwriting.datasets.idx import read_idx, write_idx
from handwriting.interfaces import Images, Labels

from ..corruptions import CORRUPTIONS, corrupted
from .reading import LABELS

CLEAN = "clean"

INK = 64
"""What is at least as bright as this belongs to a digit, and not to its soft rim."""


class Maker:
    """Works on the folder with MNIST's four files."""

    def __init__(self, mnist: str) -> None:
        self.mnist = Path(mnist)

    def pictures(self, folder: str, count: int) -> None:
        """Write the first test pictures as PNG files, 28x28, dark ink on white; the name ends in what it shows."""
        images, labels = self._test()
        place = Path(folder)
        place.mkdir()
        for number, (image, label) in enumerate(zip(images[:count], labels[:count], strict=True)):
            Image.fromarray(255 - image).save(place / f"{number:05d}-{label}.png")

    def crops(self, folder: str, count: int, size: int) -> None:
        """Write the same without any margin, the longer side `size` pixels."""
        images, labels = self._test()
        place = Path(folder)
        place.mkdir()
        for number, (image, label) in enumerate(zip(images[:count], labels[:count], strict=True)):
            crop = ImageOps.invert(resized(Image.fromarray(image).crop(ink_box(image)), size))
            crop.save(place / f"{number:05d}-{label}.png")

    def corrupted(self, folder: str, count: int) -> list[str]:
        """Write the first test pictures as .npy files: as they are, and with each corruption; return their names."""
        images, labels = (array[:count] for array in self._test())
        place = Path(folder)
        place.mkdir()
        np.save(place / f"{LABELS}.npy", labels)
        np.save(place / f"{CLEAN}.npy", images)
        for name in CORRUPTIONS:
            np.save(place / f"{name}.npy", corrupted(name, images))
        return [CLEAN, *CORRUPTIONS]

    def tenfold(self, folder: str) -> None:
        """Write MNIST with all training pictures ten times."""
        place = Path(folder)
        place.mkdir()
        for path in self.mnist.iterdir():
            if path.name.startswith("train"):
                array = read_idx(path)
                write_idx(place / path.name, np.concatenate([array] * 10))
            elif path.name.startswith("t10k"):
                shutil.copyfile(path, place / path.name)

    def _test(self) -> tuple[Images, Labels]:
        return read_idx(self.mnist / "t10k-images-idx3-ubyte"), read_idx(self.mnist / "t10k-labels-idx1-ubyte")


def ink_box(image: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Return the box around the ink of a picture, as Pillow has it: left, upper, right, lower."""
    rows, columns = (np.flatnonzero((image >= INK).any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def resized(image: Image.Image, size: int) -> Image.Image:
    """Return the picture with its longer side `size` pixels long."""
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC)
