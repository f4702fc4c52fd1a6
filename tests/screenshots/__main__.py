"""Take the pictures, with Debian's chromium: `python -m tests.screenshots [--all] [FOLDER]`."""

import argparse
import io
import os
import re
import time
from pathlib import Path

from PIL import Image
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser import browser, draw, logged, served, wait_for

WINDOWS = {
    "draw": {"width": 1240, "height": 1300},
    "draw-dark": {"width": 1240, "height": 1300, "dark": True},
    "draw-phone": {"width": 390, "height": 2300, "scale": 2},
    "draw-phone-dark": {"width": 390, "height": 2300, "scale": 2, "dark": True},
}
"""The name of each picture and the window that it shows; the first is the README's."""


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--all", action="store_true", help="also dark and on a phone")
    parser.add_argument("--digits", default="3", help="what is drawn, such as 407")
    given = parser.parse_args()
    with served(dict(os.environ)) as (_, address):
        for name in list(WINDOWS)[: None if given.all else 1]:
            path = given.folder / f"{name}.png"
            path.write_bytes(_taken(address, given.digits, WINDOWS[name]))
            print(f"{path}, {path.stat().st_size:,} bytes")


def _taken(address: str, digits: str, window: dict[str, int]) -> bytes:
    with browser(**window) as driver:
        driver.get(address)
        height = 0.72 if len(digits) == 1 else 0.45
        for position, digit in enumerate(digits):
            middle = (position + 1) / (len(digits) + 1)
            draw(driver, int(digit), left=middle - height / 5, top=0.5 - height / 2, height=height)
        shown = wait_for(driver, digits)
        assert shown == digits, shown
        _settle(driver)
        said = logged(driver)
        assert not said, said
        return _small(driver.get_screenshot_as_png())


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


if __name__ == "__main__":
    main()
