"""The upper part of the page by `hwr evaluate --report`, for the bundled model on MNIST's test set."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from handwriting.models.user_models import BUNDLED
from tests.helpers import chromium

SIZE = (1160, 1500)
COLOURS = 96
"""Few, which makes the file smaller."""


def take(path: Path) -> None:
    """Write the screenshot to `path`."""
    with tempfile.TemporaryDirectory(prefix="hwr-screenshot-") as folder:
        page, raw = Path(folder, "report.html"), Path(folder, "report.png")
        command = ("evaluate", "--model", str(BUNDLED), "--dataset", "mnist", "--report", str(page))
        subprocess.run([sys.executable, "-m", "handwriting", *command], check=True, stdout=subprocess.DEVNULL)
        chromium.look(page, f"--screenshot={raw}", size=SIZE)
        with Image.open(raw) as image:
            image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
