"""The page of `hwr draw`, with a 3 drawn on it."""

import io
import os
import tempfile
from pathlib import Path

from PIL import Image

from tests.helpers.browser import browser, draw, logged, served, wait_for

DIGIT = 3


def take(path: Path) -> None:
    """Write the screenshot to `path`."""
    with (
        tempfile.TemporaryDirectory(prefix="hwr-screenshot-") as data,  # without models
        served(os.environ | {"HWR_DATA_DIR": data}) as (_, address),
        browser(width=1240, height=1300) as driver,
    ):
        driver.get(address)
        draw(driver, DIGIT, left=0.36, top=0.14, height=0.72)
        shown = wait_for(driver, str(DIGIT))
        assert shown == str(DIGIT), shown
        messages = logged(driver)
        assert not messages, messages
        path.write_bytes(_small(driver.get_screenshot_as_png()))


def _small(png: bytes) -> bytes:
    """Return the screenshot in 256 colours, which makes the file smaller."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
