"""What all contestants that read corrupted pictures have in common: the pictures, and how their answers are judged."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Images

LABELS = "labels"


def accuracies(folder: str, read: Callable[[Images], NDArray[np.integer]]) -> dict[str, float]:
    """Return for each file of pictures in `folder`, by its name, the share that is read as labels.npy says.

    `read` takes pictures uint8 (n, 28, 28) and gives digits (n,).
    """
    labels = np.load(Path(folder) / f"{LABELS}.npy")
    files = [path for path in Path(folder).glob("*.npy") if path.stem != LABELS]
    return {path.stem: float(np.mean(read(np.load(path)) == labels)) for path in files}
