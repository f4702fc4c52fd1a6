"""The accuracies on files of corrupted images, the same for every library."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Images

LABELS = "labels"


def accuracies(folder: str, read: Callable[[Images], NDArray[np.integer]]) -> dict[str, float]:
    """Return the accuracy on each .npy file of images in `folder`, by its name; labels.npy holds their labels.

    `read` takes images uint8 (n, 28, 28) and returns digits (n,).
    """
    labels = np.load(Path(folder) / f"{LABELS}.npy")
    files = [path for path in Path(folder).glob("*.npy") if path.stem != LABELS]
    return {path.stem: float(np.mean(read(np.load(path)) == labels)) for path in files}
