"""EMNIST letters in small: an archive of NIST's form with letters of a font, and a distribution that fetches it."""

import gzip
import hashlib
import io
import string
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from handwriting.datasets.idx import idx_header
from handwriting.pictures.preparation import prepare

COUNTS = {"train": 26 * 20, "test": 26 * 5}

NAME = "handwriting-emnist-tiny"
"""The name of the distribution, and of its folder."""

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "handwriting-emnist-tiny"
version = "0.1.0"

[project.entry-points."handwriting.datasets"]
emnist-tiny = "handwriting_emnist_tiny:TinyLetters"
"""

MODULE = """
from handwriting.datasets.downloads.remote_files import RemoteFile
from handwriting_emnist import EmnistLetters

class TinyLetters(EmnistLetters):
    def __init__(self):
        super().__init__({url!r}, RemoteFile("gzip.zip", {size}, {sha256!r}), {counts!r})
"""


def letter(name: str, rng: np.random.Generator) -> Image.Image:
    """Draw a letter, dark on white, a little differently each time."""
    picture = Image.new("L", (100, 100), 255)
    font = ImageFont.load_default(float(rng.uniform(50, 70)))
    ImageDraw.Draw(picture).text((50, 50), name, 0, font, anchor="mm")
    return picture.rotate(rng.uniform(-10, 10), fillcolor=255)


def archive() -> bytes:
    """Return the bytes of gzip.zip: images transposed, labels from 1, and members that are not used."""
    rng = np.random.default_rng(0)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as entries:
        for part, count in COUNTS.items():
            labels = rng.permutation(np.arange(count, dtype=np.uint8) % 26)
            pictures = (np.asarray(letter(string.ascii_uppercase[label], rng)) / 255 for label in labels)
            prepared = [prepare(picture) for picture in pictures]
            images = np.stack([digit.image.T for digit in prepared if digit])
            for kind, array in (("letters", images), ("letters", labels + np.uint8(1)), ("digits", labels)):
                name = f"gzip/emnist-{kind}-{part}-{'images-idx3' if array.ndim == 3 else 'labels-idx1'}-ubyte.gz"
                entries.writestr(name, gzip.compress(idx_header(array.shape) + array.tobytes()))
    return content.getvalue()


def write_distribution(folder: Path, url: str, content: bytes) -> None:
    """Write a distribution whose dataset `emnist-tiny` is the archive `content`, published at `url`."""
    folder.mkdir()
    sha256 = hashlib.sha256(content).hexdigest()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    module = MODULE.format(url=url, size=len(content), sha256=sha256, counts=COUNTS)
    (folder / "handwriting_emnist_tiny.py").write_text(module)
