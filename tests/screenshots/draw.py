"""What `hwr draw` shows, with a 3 drawn on it."""

import io
import os
import re
import time
from pathlib import Path

from PIL import Image
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser import browser, draw, logged, served, wait_for

DIGIT = 3


def take(place: Path) -> None:
    """Write the picture to `place`."""
    with served(dict(os.environ)) as (_, address), browser(width=1240, height=1300) as driver:
        driver.get(address)
        draw(driver, DIGIT, left=0.36, top=0.14, height=0.72)
        shown = wait_for(driver, str(DIGIT))
        assert shown == str(DIGIT), shown
        _settle(driver)
        said = logged(driver)
        assert not said, said
        place.write_bytes(_small(driver.get_screenshot_as_png()))


def _settle(driver: WebDriver) -> None:
    """Read again while other programs at work on this machine make that slow: the picture tells how long it took."""
    for _ in range(100):
        words = driver.execute_script("return document.getElementById('words').textContent")
        if re.search(r"in [1-4]?\d ms", words):
            return
        driver.execute_script("document.getElementById('model').dispatchEvent(new Event('change'))")
        time.sleep(0.3)


def _small(png: bytes) -> bytes:
    """Return the picture in 256 colours: a third of the bytes."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
