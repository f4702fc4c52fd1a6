"""A picture of the upper part of `hwr evaluate --report`, for the model in the box and MNIST's test set."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from handwriting.models.user_models import BUNDLED
from tests.helpers import chromium

SIZE = (1160, 1500)
COLOURS = 96
"""Few are in it, and with a palette the file is a third as large."""


def take(place: Path) -> None:
    """Write the picture to `place`."""
    with tempfile.TemporaryDirectory(prefix="hwr-screenshot-") as folder:
        page, raw = Path(folder, "report.html"), Path(folder, "report.png")
        command = ("evaluate", "--model", str(BUNDLED), "--dataset", "mnist", "--report", str(page))
        subprocess.run([sys.executable, "-m", "handwriting", *command], check=True, stdout=subprocess.DEVNULL)
        chromium.look(page, f"--screenshot={raw}", size=SIZE)
        with Image.open(raw) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(place, optimize=True)
