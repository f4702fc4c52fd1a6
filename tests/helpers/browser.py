"""`hwr draw` as a process of its own, and a real browser to use it with: for tests and for the README's picture."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from handwriting.datasets.strokes.paths import CATMULL_ROM, HEIGHT, parse
from handwriting.datasets.strokes.ways import WAYS

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
QUIET = ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
         "disable-component-update", "disable-sync", "disable-dev-shm-usage", "force-color-profile=srgb",
         "hide-scrollbars",
         "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")  # fmt: skip


@contextmanager
def served(environment: Mapping[str, str], *arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `hwr draw` and give (its process, its address); it is killed in the end if it still runs."""
    command = [sys.executable, "-m", "handwriting", "draw", "--no-browser", *map(str, arguments)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@contextmanager
def browser(width: int = 1280, height: int = 1000, dark: bool = False, scale: int = 1) -> Iterator["WebDriver"]:
    """Give a selenium driver of a headless Chromium whose page is so large, in CSS pixels."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
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
    """Draw a digit on the page by real pointer events; the place and the height are shares of the paper's sides.

    `kind` is "mouse", "touch" or "pen". It is written as its commonest way in the dataset `strokes` is.
    """
    from selenium.webdriver.common.actions.action_builder import ActionBuilder
    from selenium.webdriver.common.actions.pointer_input import PointerInput

    paper = driver.execute_script(
        "const { x, y, width, height } = document.getElementById('pad').getBoundingClientRect();"
        "return [x, y, width, height]"
    )
    x, y, w, h = paper
    actions = ActionBuilder(driver, mouse=PointerInput(kind, f"{kind} pen"), duration=4)
    pen = actions.pointer_action
    for stroke in strokes(digit):
        places = [(round(x + left * w + px * height * h), round(y + (top + py * height) * h)) for px, py in stroke]
        pen.move_to_location(*places[0])
        pen.pointer_down()
        for place in places[1:]:
            pen.move_to_location(*place)
        pen.pointer_up()
    actions.perform()


def strokes(digit: int) -> Iterator[Any]:
    """Return the strokes of a digit, each (places, 2), x and y as shares of its height: curves through its points."""
    (_, path), *_ = WAYS[digit].values()
    t = np.linspace(0, 1, 6)[:, None]
    for points in parse(path):
        around = np.concatenate([points[:1], points, points[-1:]]) / HEIGHT
        pieces = [t ** np.arange(4) @ CATMULL_ROM @ around[start : start + 4] for start in range(len(points) - 1)]
        yield np.concatenate(pieces)


def wait_for(driver: "WebDriver", text: str, seconds: float = 60) -> str:
    """Wait until the page shows `text` as what was read, and its bars stand still; returns what it shows."""
    end = time.monotonic() + seconds
    while (shown := driver.execute_script("return document.getElementById('text').textContent")) != text:
        if time.monotonic() > end:
            return shown
        time.sleep(0.05)
    time.sleep(0.5)
    return shown


def logged(driver: "WebDriver") -> list[Any]:
    """Return what the browser's console has said since the last time."""
    return [entry["message"] for entry in driver.get_log("browser")]
