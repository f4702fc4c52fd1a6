"""`hwr draw` as a process, and a real browser to use it with, for tests and for the screenshot of the README."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from handwriting.datasets.strokes.paths import CATMULL_ROM, DIGITS, HEIGHT, parse, read_glyphs
from handwriting.interfaces import Floats

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
QUIET = ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
         "disable-component-update", "disable-sync", "disable-dev-shm-usage", "force-color-profile=srgb",
         "hide-scrollbars",
         "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")  # fmt: skip


@contextmanager
def served(environment: Mapping[str, str], *arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `hwr draw`, and yield its process and its URL; the process is killed in the end if it still runs."""
    command = [sys.executable, "-m", "handwriting", "draw", "--no-browser", *map(str, arguments)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@contextmanager
def browser(width: int = 1280, height: int = 1000, dark: bool = False, scale: int = 1) -> Iterator["WebDriver"]:
    """Yield a Selenium driver of a headless Chromium; `width` and `height` of its page are in CSS pixels."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*QUIET, f"user-data-dir={profile}", f"window-size={width},{height}"):
            options.add_argument(f"--{flag}")
        driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
        try:
            screen = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
            scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
            yield driver
        finally:
            driver.quit()


def draw(
    driver: "WebDriver", digit: int, left: float = 0.36, top: float = 0.14, height: float = 0.72, kind: str = "mouse"
) -> None:
    """Draw a digit on the page by real pointer events of a `kind`: "mouse", "touch" or "pen".

    Its place and height are fractions of the paper's width and height, its shape the first glyph of the dataset
    `strokes`.
    """
    from selenium.webdriver.common.actions import pointer_input
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    paper = driver.execute_script(
        "const { x, y, width, height } = document.getElementById('pad').getBoundingClientRect();"
        "return [x, y, width, height]"
    )
    x, y, w, h = paper
    pointer: Any = pointer_input.PointerInput
    actions: Any = ActionBuilder(driver, mouse=pointer(kind, f"{kind} pen"), duration=4)
    pen = actions.pointer_action
    for stroke in strokes(digit):
        places = [(round(x + left * w + px * height * h), round(y + (top + py * height) * h)) for px, py in stroke]
        pen.move_to_location(*places[0])
        pen.pointer_down()
        for place in places[1:]:
            pen.move_to_location(*place)
        pen.pointer_up()
    actions.perform()


def strokes(digit: int) -> Iterator[Floats]:
    """Yield the strokes of a digit, each (points, 2), x and y as fractions of its height: curves through its path."""
    (_, path), *_ = read_glyphs(DIGITS)[str(digit)].values()
    t = np.linspace(0, 1, 3, endpoint=False)[:, None]
    for points in parse(path):
        around = np.concatenate([points[:1], points, points[-1:]]) / HEIGHT
        pieces = [t ** np.arange(4) @ CATMULL_ROM @ around[start : start + 4] for start in range(len(points) - 1)]
        yield np.concatenate([*pieces, around[-1:]])


def wait_for(driver: "WebDriver", text: str, seconds: float = 60) -> str:
    """Wait until the page shows the reading `text` and its bars have stopped moving; return what it shows."""
    end = time.monotonic() + seconds
    while (shown := driver.execute_script("return document.getElementById('text').textContent")) != text:
        if time.monotonic() > end:
            return str(shown)
        time.sleep(0.05)
    time.sleep(0.1)  # the last movement may still be on its way to the server
    while driver.execute_script("return document.getAnimations().length > 0"):
        time.sleep(0.02)
    return text


def logged(driver: Any) -> list[str]:
    """Return the messages in the browser's console since the last call."""
    return [entry["message"] for entry in driver.get_log("browser")]
