"""The picture files in folders: which files are pictures, without those that systems and programs leave there."""

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
        subfolders[:] = sorted(name for name in subfolders if not is_hidden(name))
        for name in sorted(filter(is_picture, files)):
            found = True
            yield Path(folder, name)
    if not found:
        yield path


def is_picture(name: str) -> bool:
    """Return whether a file in a folder is a picture, by its name: thumbs.db is none."""
    return Path(name).suffix.lower() in SUFFIXES and not is_hidden(name)


def is_hidden(name: str) -> bool:
    """Return whether a file or folder is hidden: .ipynb_checkpoints, or ._7.png, which macOS writes beside 7.png."""
    return name.startswith(".")
