"""Makes pictures, corrupted ones and larger datasets out of MNIST, in a process that may grow."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from handwriting.datasets.idx import read_idx, write_idx
from handwriting.interfaces import Images, Labels

from ..corruptions import CORRUPTIONS, corrupted
from ..cropping import tight_crop
from .reading import LABELS

CLEAN = "clean"


class Maker:
    """Works on the folder with MNIST's four files."""

    def __init__(self, mnist: str) -> None:
        self.mnist = Path(mnist)

    def pictures(self, folder: str, count: int, size: int | None = None) -> None:
        """Write the first test pictures as PNG files, dark ink on white; the name ends in what it shows.

        They are 28x28, or with a `size` without any margin, the longer side so many pixels.
        """
        images, labels = self._test()
        place = Path(folder)
        place.mkdir()
        for number, (image, label) in enumerate(zip(images[:count], labels[:count], strict=True)):
            picture = tight_crop(image, size) if size else Image.fromarray(255 - image)
            picture.save(place / f"{number:05d}-{label}.png")

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
