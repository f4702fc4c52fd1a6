"""What `hwr draw` shows, with a 3 drawn on it."""

import io
import os
import tempfile
from pathlib import Path

from PIL import Image

from tests.helpers.browser import browser, draw, logged, served, wait_for

DIGIT = 3


def take(place: Path) -> None:
    """Write the picture to `place`."""
    with (
        tempfile.TemporaryDirectory(prefix="hwr-screenshot-") as nobody,  # who has trained no model of their own
        served(os.environ | {"HWR_DATA_DIR": nobody}) as (_, address),
        browser(width=1240, height=1300) as driver,
    ):
        driver.get(address)
        draw(driver, DIGIT, left=0.36, top=0.14, height=0.72)
        shown = wait_for(driver, str(DIGIT))
        assert shown == str(DIGIT), shown
        said = logged(driver)
        assert not said, said
        place.write_bytes(_small(driver.get_screenshot_as_png()))


def _small(png: bytes) -> bytes:
    """Return the picture in 256 colours: a third of the bytes."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
