"""A contact sheet: a picture of images beside changed versions of them, to be looked at."""

from pathlib import Path

import numpy as np

from handwriting.interfaces import Images
from handwriting.system.storage import replacing

ENLARGEMENT = 2
GAP = 2
"""Pixels around each image, before enlargement."""
PAPER, LINE = 48, 160
"""Grey levels of the background, and of the line between originals and versions."""


def draw(originals: Images, versions: Images) -> Images:
    """Return a picture uint8 (height, width), one row for each of `originals` (n, h, w) and `versions` (n, k, h, w)."""
    n, count, height, width = versions.shape
    cells = np.concatenate([originals[:, None], versions], axis=1)
    cells = np.pad(cells, ((0, 0), (0, 0), (GAP, GAP), (GAP, GAP)), constant_values=PAPER)
    cells[:, 0, :, -GAP:] = LINE
    rows, columns = n * (height + 2 * GAP), (1 + count) * (width + 2 * GAP)
    sheet = cells.transpose(0, 2, 1, 3).reshape(rows, columns)
    return sheet.repeat(ENLARGEMENT, axis=0).repeat(ENLARGEMENT, axis=1)


def save(path: Path, sheet: Images) -> None:
    """Write a grey picture (height, width) as PNG; raises `HandwritingError` if that fails."""
    from PIL import Image

    with replacing(path) as file:
        Image.fromarray(sheet).save(file, format="PNG")
