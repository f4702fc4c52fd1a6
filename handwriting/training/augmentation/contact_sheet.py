"""A contact sheet: pictures beside what augmentation makes of them, for a person to look at."""

from pathlib import Path

import numpy as np

from handwriting.interfaces import Images
from handwriting.system.storage import replacing

MAGNIFIED = 2
"""Pixels of the sheet, along each side, for a pixel of a picture."""
GAP = 2
PAPER, LINE = 48, 160


def draw(originals: Images, versions: Images) -> Images:
    """Return one picture, uint8 (height, width): a row each for `originals` (n, h, w) and its `versions` (n, k, h, w).

    The original stands first, apart from what was made of it.
    """
    n, count, height, width = versions.shape
    cells = np.concatenate([originals[:, None], versions], axis=1)
    cells = np.pad(cells, ((0, 0), (0, 0), (GAP, GAP), (GAP, GAP)), constant_values=PAPER)
    cells[:, 0, :, -GAP:] = LINE
    rows, columns = n * (height + 2 * GAP), (1 + count) * (width + 2 * GAP)
    sheet = cells.transpose(0, 2, 1, 3).reshape(rows, columns)
    return sheet.repeat(MAGNIFIED, axis=0).repeat(MAGNIFIED, axis=1)


def save(path: Path, sheet: Images) -> None:
    """Write a grey picture (height, width) as PNG; raises `HandwritingError` where that fails."""
    from PIL import Image

    with replacing(path) as file:
        Image.fromarray(sheet).save(file, format="PNG")
