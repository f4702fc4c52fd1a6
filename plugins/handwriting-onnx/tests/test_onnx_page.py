"""The folder of the page, and the page in a real browser: drawings are prepared and read there as hwr reads them."""

import base64
import functools
import http.server
import io
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handwriting_onnx import page as pages
from handwriting_onnx import runtime
from handwriting_onnx.model_file import to_bytes
from PIL import Image, ImageDraw

from handwriting.datasets.strokes.paths import DIGITS, HEIGHT, parse, read_glyphs
from handwriting.errors import DownloadError
from handwriting.interfaces import Floats
from handwriting.models import model_file, user_models
from handwriting.pictures.decoding import decode
from handwriting.pictures.preparation import prepare
from handwriting.pictures.resampling import resize
from handwriting.reading.recognizer import Recognizer

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
         "disable-component-update", "disable-sync", "disable-dev-shm-usage", "hide-scrollbars")  # fmt: skip
CACHE = Path(tempfile.gettempdir()) / "handwriting-onnx-tests"
"""Where onnxruntime-web is kept between test runs: 33 MB."""

in_a_browser = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromium-driver"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # selenium's, of sockets to a browser that has ended
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the page of the bundled model, served from a folder in a folder."""
    pytest.importorskip("selenium", reason="needs selenium")
    try:
        for _ in runtime.obtain(CACHE):
            pass
    except DownloadError as failure:
        pytest.skip(str(failure))
    served = tmp_path_factory.mktemp("served")
    model = model_file.load(user_models.BUNDLED)
    content = to_bytes(model, model.network)
    parts = runtime.files(CACHE / runtime.ONNXRUNTIME_WEB.file_name)
    pages.write(pages.files(model, content, parts, "bundled"), served / "my" / "page")
    pages.write(pages.files(model, content[:5000], parts, "broken"), served / "broken")
    handler = functools.partial(Quiet, directory=str(served))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"user-data-dir={profile}", "window-size=1100,1000"):
            options.add_argument(f"--{flag}")
        driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
        yield driver
        driver.quit()


@pytest.fixture
def page(chromium: Any, site: str) -> Iterator[Any]:
    """The page, newly opened and ready; at the end of the test the console must be empty."""
    chromium.get(f"{site}/my/page/")
    until(lambda: chromium.execute_script("return performance.getEntriesByName('hwr-ready').length"))
    yield chromium
    assert chromium.get_log("browser") == []


def until(holds: Any, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)
    return found


def shown(driver: Any, name: str) -> str:
    return str(driver.execute_script(f"return document.getElementById('{name}').textContent"))


def curves(digit: int) -> Iterator[Floats]:
    """Yield the strokes of a digit, (points, 2) each: x and y as fractions of its height."""
    (_, path), *_ = read_glyphs(DIGITS)[str(digit)].values()
    for points in parse(path):
        yield points / HEIGHT


def draw(driver: Any, digit: int, kind: str = "mouse", left: float = 0.3, height: float = 0.7) -> None:
    """Draw a digit by real pointer events; its place and size are fractions of the paper."""
    from selenium.webdriver.common.actions import pointer_input
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    box = driver.execute_script("return document.getElementById('pad').getBoundingClientRect().toJSON()")
    pointer: Any = pointer_input.PointerInput
    actions: Any = ActionBuilder(driver, mouse=pointer(kind, f"{kind} pen"), duration=4)
    for stroke in curves(digit):
        places = np.rint((stroke * height + (left, 0.15)) * box["width"] + (box["x"], box["y"])).astype(int).tolist()
        actions.pointer_action.move_to_location(*places[0])
        actions.pointer_action.pointer_down()
        for place in places[1:]:
            actions.pointer_action.move_to_location(*place)
        actions.pointer_action.pointer_up()
    actions.perform()


CANVAS = """
    const pad = document.getElementById("pad");
    const small = Object.assign(document.createElement("canvas"), { width: 200, height: 200 });
    small.getContext("2d").drawImage(pad, 0, 0, 200, 200);
"""
READ = """
    const [pixels, done] = arguments;
    const data = Uint8ClampedArray.from(atob(pixels), (character) => character.charCodeAt(0));
    (async () => {
      const { prepare } = await import("./prepare.js");
      const { Network } = await import("./network.js");
      window.readNetwork ??= await Network.load();
      const { image, box } = prepare({ data, width: 200, height: 200 });
      done([[...image], box, await window.readNetwork.probabilities(image)]);
    })().catch((error) => done(String(error)));
"""
"""The preparation and the network of the page, for the RGBA pixels of a drawing."""

RESIZE = """
    const [values, height, width, wantedHeight, wantedWidth, filter, done] = arguments;
    import("./resampling.js").then((resampling) => {
      const picture = { data: Float32Array.from(values), height, width };
      done([...resampling.resize(picture, wantedHeight, wantedWidth, resampling[filter]).data]);
    });
"""
DECIDE = """
    const [probabilities, done] = arguments;
    import("./network.js").then(({ Network }) => {
      const facts = { classes: ["0", "1", "non-digit"], nonDigit: 2, threshold: 0.8 };
      done(Object.assign(new Network(), { facts }).decide(probabilities));
    });
"""


@pytest.mark.parametrize(("digit", "kind"), [(2, "mouse"), (5, "pen"), (8, "touch")])
class TestDrawing:
    pytestmark = in_a_browser

    def test_is_read_with_the_confidence_that_hwr_has(self, page: Any, digit: int, kind: str) -> None:
        draw(page, digit, kind)
        until(lambda: shown(page, "text") == str(digit))
        until(lambda: shown(page, "spoken").startswith(f"Read: {digit}."))
        picture = base64.b64decode(page.execute_script(f"{CANVAS} return small.toDataURL()").partition(",")[2])
        reading = Recognizer("bundled", expected="single").read(picture)
        assert reading.text == str(digit)
        assert f"Confidence {100 * (reading.confidence or 0):.1f} %" in shown(page, "words")
        bars = page.execute_script(
            "return [...document.querySelectorAll('#bars .value')].map((bar) => bar.textContent)"
        )
        assert len(bars) == 11


class TestPage:
    pytestmark = in_a_browser

    def test_prepares_and_reads_drawings_as_hwr_does(self, page: Any) -> None:
        rng = np.random.default_rng(4)
        model = model_file.load(user_models.BUNDLED)
        same, largest = 0, 0.0
        for number in range(40):
            drawing = pen_drawing(number % 10, rng)
            found = page.execute_async_script(READ, base64.b64encode(drawing.convert("RGBA").tobytes()).decode())
            assert isinstance(found, list), found
            expected = prepare(decode(png(drawing)).grey)
            assert expected is not None
            assert tuple(found[1]) == expected.box
            same += found[0] == expected.image.ravel().tolist()
            probabilities = model.confidences(expected.image[None])[0]
            largest = max(largest, float(np.abs(found[2] - probabilities).max()))
        assert same >= 38
        assert largest < 0.01

    @pytest.mark.parametrize("method", ["box", "bilinear", "bicubic"])
    def test_resamples_as_hwr_does(self, page: Any, method: Any) -> None:
        picture = np.random.default_rng(2).random((37, 20), np.float32)
        for height, width in ((80, 43), (20, 11), (37, 9)):
            arguments = picture.ravel().tolist(), *picture.shape, height, width, method.upper()
            resized = page.execute_async_script(RESIZE, *arguments)
            np.testing.assert_allclose(resized, resize(picture, height, width, method).ravel(), atol=1e-6)

    @pytest.mark.parametrize(
        ("non_digit", "text", "is_rejected"), [(0.3, "1", False), (0.6, "1", False), (0.9, "1", True)]
    )
    def test_rejects_from_the_threshold_on(self, page: Any, non_digit: float, text: str, is_rejected: bool) -> None:
        rest = 1 - non_digit
        found = page.execute_async_script(DECIDE, [0.1 * rest, 0.9 * rest, non_digit])
        assert (found["name"], found["rejected"]) == (text, is_rejected)
        assert found["confidence"] == pytest.approx(0.9 * rest)

    def test_rejects_what_is_no_digit(self, page: Any) -> None:
        draw(page, 3, left=0.02, height=0.7)
        draw(page, 6, left=0.4, height=0.7)
        until(lambda: shown(page, "words") == "This is not a digit.")
        assert shown(page, "text") == "?"

    def test_says_that_only_one_of_two_digits_is_read(self, page: Any) -> None:
        draw(page, 7, left=0.1, height=0.3)
        draw(page, 7, left=0.65, height=0.3)
        until(lambda: "only one digit is read" in shown(page, "words"))

    def test_undo_clear_and_keys(self, page: Any) -> None:
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys

        pad = page.find_element(By.ID, "pad")
        pad.send_keys(Keys.SPACE, *[Keys.ARROW_DOWN] * 18, Keys.SPACE)
        until(lambda: shown(page, "text") == "1")
        page.find_element(By.ID, "undo").click()
        until(lambda: shown(page, "words") == "Nothing drawn yet.")
        draw(page, 1)
        until(lambda: shown(page, "text") == "1")
        pad.send_keys(Keys.ESCAPE)
        until(lambda: shown(page, "words") == "Nothing drawn yet.")

    def test_fits_a_phone(self, page: Any) -> None:
        screen = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
        page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        wide = page.execute_script("return document.documentElement.scrollWidth")
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        assert wide <= 360

    def test_says_in_one_line_that_it_can_not_work(self, chromium: Any, site: str, tmp_path: Path) -> None:
        chromium.get(f"{site}/broken/")
        until(lambda: shown(chromium, "words").startswith("The network can't be loaded: "))
        pages.write({path.name: path.read_bytes() for path in pages.OWN.iterdir()}, tmp_path / "opened")
        chromium.get((tmp_path / "opened" / "index.html").as_uri())
        until(lambda: shown(chromium, "words").startswith("This page must come from a web server"))
        chromium.get_log("browser")


def pen_drawing(digit: int, rng: np.random.Generator) -> Image.Image:
    """Return a drawing as the page has it, 200 x 200: a digit of any size and place, by a pen of any width."""
    large = Image.new("RGB", (800, 800), "white")
    pen, height = rng.integers(16, 90), rng.uniform(200, 600)
    left, top = rng.uniform(60, 740 - height, 2)
    for stroke in curves(digit):
        points = [(left + x * height, top + y * height) for x, y in stroke]
        ImageDraw.Draw(large).line(points, fill="#1b1a17", width=int(pen), joint="curve")
        for x, y in points:
            ImageDraw.Draw(large).circle((x, y), pen / 2, fill="#1b1a17")
    return large.resize((200, 200), Image.Resampling.BILINEAR)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
