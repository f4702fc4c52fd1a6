"""What the server of `hwr draw` answers: the page, the models, readings of pictures, errors."""

import io
import json
import os
import re
import signal
import struct
import sys
import time
import timeit
import zlib
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handwriting.models import model_file, user_models
from handwriting.nn import architecture
from handwriting.reading.recognizer import Recognizer
from handwriting.system.thread_pool import usable_processors
from handwriting.web import inspection
from handwriting.web.model_list import BUNDLED
from handwriting.web.site import PAGE
from tests.helpers.browser import served
from tests.helpers.draw_client import HOSTILE, Client, drawn, png
from tests.helpers.handwritten_numbers import file_of, with_marks
from tests.helpers.hwr import Hwr


def test_the_page_is_served_from_a_free_port_of_this_machine(ask: Any) -> None:
    assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d+", ask.place)
    response, page = ask("GET", "/")
    assert response.status == 200
    assert b"<title>hwr draw</title>" in page
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "set-cookie" not in response.headers
    for path in PAGE.iterdir():
        assert ask("GET", f"/{path.name.removesuffix('index.html')}")[1] == path.read_bytes()


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for path in PAGE.iterdir():
        addresses = re.findall(r"https?://[^\s\"']+", path.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path  # the namespace, which is not loaded


@pytest.mark.parametrize("digit", range(10))
def test_what_is_drawn_is_read(ask: Any, digit: int) -> None:
    answer = ask.read(drawn(digit))
    assert answer["text"] == str(digit)
    assert answer["digits"][0]["digit"] == str(digit)
    assert np.argmax(answer["digits"][0]["confidences"]) == digit
    assert sum(answer["digits"][0]["confidences"]) == pytest.approx(1, abs=1e-5)


def test_separators_are_in_the_text(ask: Any) -> None:
    assert ask.read(file_of(with_marks("3.14")))["text"] == "3.14"


def test_an_answer_has_the_input_and_the_activations(ask: Any) -> None:
    answer = ask.read(drawn(5))
    image = np.frombuffer(b64decode(answer["digits"][0]["image"]), np.uint8).reshape(28, 28)
    assert image.max() > 200
    assert image[0].max() == 0
    stages = model_file.load(user_models.BUNDLED).network.stages
    assert answer["layers"][0]["name"] == architecture.describe(stages[0].layer)
    first = architecture.describe(stages[architecture.first_trained(stages)].layer)
    assert [layer["name"] for layer in answer["layers"] if layer["first"]] == [first]
    for layer in answer["layers"]:
        assert len(b64decode(layer["values"])) == np.prod(layer["shape"])
    last = np.frombuffer(b64decode(answer["layers"][-1]["values"]), np.uint8)
    assert last.argmax() == 5
    x, y, width, height = answer["digits"][0]["box"]
    assert 0 < x < x + width < 320
    assert 0 < y < y + height < 200


def test_a_model_is_described(ask: Any) -> None:
    model = ask.json("GET", f"/model?name={quote(BUNDLED)}")
    assert model["classes"] == [*"0123456789", "non-digit"]
    assert model["accuracy"] > 0.99
    network = model_file.load(user_models.BUNDLED).network
    kernel, _, _, channels = network.parameters[architecture.first_trained(network.stages)]["weights"].shape
    assert model["weights"]["shape"] == [channels, kernel, kernel]
    assert len(b64decode(model["weights"]["values"])) == channels * kernel * kernel


def test_models_are_chosen_by_name_and_a_broken_one_says_so(ask: Any) -> None:
    names = ask.json("GET", "/models")["models"]
    assert names[0] == BUNDLED
    assert set(names) == {BUNDLED, HOSTILE, "broken"}
    assert ask.read(drawn(4), HOSTILE)["text"] == "4"
    assert "broken.safetensors" in ask.read(drawn(4), "broken", status=422)["error"]


@pytest.mark.parametrize(
    "name", ["", "nowhere", "../models/broken", "/etc/passwd", str(user_models.BUNDLED), "\0", "%00"]
)
def test_no_other_file_can_be_named(ask: Any, name: Any) -> None:
    assert "gone" in ask.json("GET", f"/model?name={quote(name)}", status=422)["error"]
    assert "gone" in ask.read(drawn(4), name, status=422)["error"]


@pytest.mark.parametrize("path", ["/../site.py", "/%2e%2e/site.py", "//etc/passwd", "/__init__.py", "/page/main.js"])
def test_no_other_file_is_served(ask: Any, path: str) -> None:
    assert ask("GET", path)[0].status == 404


def _bomb() -> bytes:
    """A PNG file of a few bytes that declares 60,000 x 60,000 pixels."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(100))))
    written = (struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
               for kind, body in chunks)  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (b"", "empty"),
        (b"<svg onload='alert(1)'/>", "not a picture"),
        (_bomb(), "million"),
        (drawn(3)[:200], "damaged"),
        (png(Image.new("L", (320, 200), 255)), "blank"),
        (np.random.default_rng(0).bytes(100_000), "not a picture"),
    ],
    ids=["empty", "script", "bomb", "cut off", "blank", "noise"],
)
def test_an_unreadable_picture_gets_an_answer_with_the_reason(ask: Any, picture: Any, reason: str) -> None:
    answer = ask.read(picture)
    assert answer["text"] is None
    assert reason in answer["reason"]
    assert answer["digits"] == answer["layers"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_large_picture_is_decoded_by_another_process(hwr: Hwr) -> None:
    """A process that takes too long, or crashes, is not the server."""
    photo = Image.open(io.BytesIO(drawn(5))).resize((3200, 2000))
    with served(hwr.environment()) as (process, address):
        ask = Client(address)
        assert ask.read(png(photo))["text"] == "5"
        before = seconds(process)
        assert ask.read(png(photo))["text"] == "5"
        assert "damaged" in ask.read(png(photo)[:-5000])["reason"]
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(workers[0]), signal.SIGKILL)
        assert ask.read(png(photo))["text"] == "5"
        assert seconds(process) - before < 3


def test_slow_pictures_do_not_hold_up_a_drawing(ask: Any) -> None:
    """More of them than processors, which take seconds each."""
    slow, count = png(Image.new("RGBA", (8000, 8000), (255, 255, 255, 128))), usable_processors() + 1
    ask.read(drawn(1))
    with ThreadPoolExecutor(count) as tabs:
        posts = [tabs.submit(ask.read, slow) for _ in range(count)]
        time.sleep(0.5)  # until all of them have arrived
        assert ask.read(drawn(2))["text"] == "2"
        assert not any(post.done() for post in posts)
        assert all("blank" in post.result()["reason"] for post in posts)


def test_a_rejected_digit_has_its_input_and_activations(ask: Any) -> None:
    if model_file.load(user_models.BUNDLED).non_digit is None:
        pytest.skip("the bundled model can't reject non-digits")
    scribble = Image.new("L", (280, 280), 255)
    points = [(140 + 90 * np.sin(3.1 * k), 140 + 90 * np.cos(4.3 * k)) for k in range(40)]
    ImageDraw.Draw(scribble).line(points, fill=0, width=10)
    answer = ask.read(png(scribble))
    assert answer["text"] is None
    (digit,) = answer["digits"]
    assert digit["digit"] is None
    assert digit["image"]
    assert max(digit["confidences"]) == digit["confidences"][-1]
    assert answer["layers"]


@pytest.mark.parametrize("near", ["1", "a,b", "1,2,3", ","])
def test_a_malformed_point_is_an_error(ask: Any, near: str) -> None:
    assert "two numbers" in ask.read(drawn(1), near=near, status=400)["error"]


def test_twenty_at_once_each_get_their_own_answer(ask: Any) -> None:
    pictures = [drawn(digit) for digit in range(10)] * 2

    def draw_five_times(number: Any) -> Any:
        return {ask.read(pictures[number])["text"] for _ in range(5)}

    with ThreadPoolExecutor(20) as tabs:
        assert list(tabs.map(draw_five_times, range(20))) == [{str(digit)} for digit in range(10)] * 2


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc for the processor time")
def test_an_answer_takes_little_processor_time(hwr: Hwr) -> None:
    """Less than 50 ms of processor time, which does not depend on what else the machine does."""
    with served(hwr.environment()) as (process, address):
        ask, picture = Client(address), drawn(8)
        ask.read(picture)
        before = seconds(process)
        for _ in range(40):
            ask.read(picture)
        assert (seconds(process) - before) / 40 < 0.05


def seconds(process: Any) -> Any:
    """Return the processor time of a process."""
    user, system = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_answers_come_without_delay(ask: Any) -> None:
    """A systematic delay, such as by Nagle's algorithm, shows in the fastest of many answers.

    On a busy machine some answers are late, too, but not in every round.
    """
    picture = drawn(3)
    recognizer = Recognizer(model_file.load(user_models.BUNDLED), top=11)

    def read_here() -> None:
        json.dumps(inspection.describe_reading(recognizer.read(picture), recognizer.model))

    def delay() -> Any:
        alone = min(timeit.repeat(read_here, number=1, repeat=20))
        asked = min(timeit.repeat(lambda: ask.read(picture), number=1, repeat=20))
        return asked - alone

    assert any(delay() < 0.03 for _ in range(5))
