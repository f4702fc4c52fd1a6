"""Finds the picture files in folders."""

import os
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm"}
"""Suffixes of picture files in a folder, in lower case; a file that is named itself may have any name."""


def pictures_in(path: Path) -> Iterator[Path]:
    """Yield the picture files in a folder and its subfolders, in order.

    Yields `path` itself if it is no folder, or a folder without pictures: reading it then fails, and tells why.
    """
    found = False
    for folder, subfolders, files in os.walk(path):  # does not follow links, so it ends
        subfolders.sort()
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES:
                found = True
                yield Path(folder, name)
    if not found:
        yield path
