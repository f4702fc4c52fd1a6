"""`hwr draw` without a browser: what its server answers, whom it refuses, and how it ends."""

import contextlib
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import struct
import timeit
import zlib
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handwriting.models import model_file, user_models
from handwriting.nn import architecture
from handwriting.reading.recognizer import Digit, Reading, Recognizer
from handwriting.web import insight
from handwriting.web.guard import LARGEST_POST
from handwriting.web.server import listen
from handwriting.web.shelf import IN_THE_BOX, Shelf
from handwriting.web.site import PAGE
from tests.conftest import Hwr
from tests.helpers.browser import served, strokes

HOSTILE = "<img src=x onerror=alert(1)>&'\"\n"


class Client:
    """Asks one server; a new connection for every question."""

    def __init__(self, address):
        self.place = urlsplit(address).netloc

    def __call__(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(self.place, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return response, response.read()

    def json(self, method, path, body=None, status=200):
        response, content = self(method, path, body)
        assert response.status == status, content
        return json.loads(content)

    def read(self, picture, model=IN_THE_BOX, near="", status=200):
        return self.json("POST", f"/read?model={quote(model)}{near and '&near='}{near}", picture, status)


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def drawn(digit):
    """A digit as the page sends it: 320 x 200, black on white."""
    image = Image.new("L", (320, 200), 255)
    for stroke in strokes(digit):
        places = [(113 + 133 * x, 33 + 133 * y) for x, y in stroke]
        ImageDraw.Draw(image).line(places, fill=0, width=11, joint="curve")
    return png(image)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory in which one model has a hostile name, and another one is broken."""
    run = Hwr(tmp_path_factory.mktemp("draw"))
    (run.data / "models").mkdir()
    shutil.copy(user_models.BUNDLED, run.data / "models" / f"{HOSTILE}.safetensors")
    (run.data / "models" / "broken.safetensors").write_bytes(user_models.BUNDLED.read_bytes()[:500])
    return run


@pytest.fixture(scope="module")
def ask(data):
    with served(data.environment()) as (process, address):
        yield Client(address)
        assert process.poll() is None, process.stderr.read()


def test_it_serves_itself_from_a_free_port_of_this_machine(ask):
    assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d+", ask.place)
    response, page = ask("GET", "/")
    assert response.status == 200
    assert b"<title>hwr draw</title>" in page
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "set-cookie" not in response.headers
    for path in PAGE.iterdir():
        assert ask("GET", f"/{path.name.removesuffix('index.html')}")[1] == path.read_bytes()


def test_the_page_names_no_other_place():
    for path in PAGE.iterdir():
        addresses = re.findall(r"https?://[^\s\"']+", path.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path  # a name of the format, which nobody fetches


@pytest.mark.parametrize("digit", range(10))
def test_what_is_drawn_is_read(ask, digit):
    answer = ask.read(drawn(digit))
    assert answer["text"] == str(digit)
    assert answer["digits"][0]["digit"] == str(digit)
    assert np.argmax(answer["digits"][0]["confidences"]) == digit
    assert sum(answer["digits"][0]["confidences"]) == pytest.approx(1, abs=1e-5)


def test_an_answer_shows_what_went_on(ask):
    answer = ask.read(drawn(5))
    image = np.frombuffer(b64decode(answer["digits"][0]["image"]), np.uint8).reshape(28, 28)
    assert image.max() > 200
    assert image[0].max() == 0
    stages = model_file.load(user_models.BUNDLED).network.stages
    assert answer["layers"][0]["name"] == architecture.describe(stages[0].layer)
    learning = architecture.describe(stages[architecture.first_trained(stages)].layer)
    assert [layer["name"] for layer in answer["layers"] if layer["first"]] == [learning]
    for layer in answer["layers"]:
        assert len(b64decode(layer["values"])) == np.prod(layer["shape"])
    last = np.frombuffer(b64decode(answer["layers"][-1]["values"]), np.uint8)
    assert last.argmax() == 5
    x, y, width, height = answer["digits"][0]["box"]
    assert 0 < x < x + width < 320
    assert 0 < y < y + height < 200


def test_a_model_is_described(ask):
    model = ask.json("GET", f"/model?name={quote(IN_THE_BOX)}")
    assert model["classes"] == [*"0123456789", "not a digit"]
    assert model["accuracy"] > 0.99
    network = model_file.load(user_models.BUNDLED).network
    kernel, _, _, channels = network.parameters[architecture.first_trained(network.stages)]["weights"].shape
    assert model["weights"]["shape"] == [channels, kernel, kernel]
    assert len(b64decode(model["weights"]["values"])) == channels * kernel * kernel


def test_models_are_chosen_by_name_and_a_broken_one_says_so(ask):
    names = ask.json("GET", "/models")["models"]
    assert names[0] == IN_THE_BOX
    assert set(names) == {IN_THE_BOX, HOSTILE, "broken"}
    assert ask.read(drawn(4), HOSTILE)["text"] == "4"
    assert "broken.safetensors" in ask.read(drawn(4), "broken", status=422)["error"]


@pytest.mark.parametrize(
    "name", ["", "nowhere", "../models/broken", "/etc/passwd", str(user_models.BUNDLED), "\0", "%00"]
)
def test_no_other_file_can_be_named(ask, name):
    assert "gone" in ask.json("GET", f"/model?name={quote(name)}", status=422)["error"]
    assert "gone" in ask.read(drawn(4), name, status=422)["error"]


@pytest.mark.parametrize("path", ["/../site.py", "/%2e%2e/site.py", "//etc/passwd", "/__init__.py", "/page/main.js"])
def test_no_other_file_is_served(ask, path):
    assert ask("GET", path)[0].status == 404


def _bomb():
    """A PNG file of a few bytes that says it is 60,000 x 60,000 pixels large."""
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
def test_a_picture_that_shows_nothing_is_an_answer(ask, picture, reason):
    answer = ask.read(picture)
    assert answer["text"] is None
    assert reason in answer["reason"]
    assert answer["digits"] == answer["layers"] == []


def test_too_much_is_refused_unread(ask):
    with socket.create_connection(ask.place.split(":"), timeout=20) as connection:
        head = f"POST /read HTTP/1.1\r\nHost: {ask.place}\r\nContent-Length: {LARGEST_POST + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(1000)


def test_too_much_of_unsaid_length_is_refused(ask):
    piece = b"%x\r\n%s\r\n" % (2**20, bytes(2**20))
    with socket.create_connection(ask.place.split(":"), timeout=20) as connection:
        connection.sendall(f"POST /read HTTP/1.1\r\nHost: {ask.place}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):  # it may hang up before all is sent
            for _ in range(LARGEST_POST // 2**20 + 1):
                connection.sendall(piece)
        assert b" 413 " in connection.recv(1000)
    assert ask.read(drawn(1))["text"] == "1"


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("LOCALHOST:80", 200), ("[::1]:1", 200), ("evil.example", 403), ("", 403),
     ("127.0.0.1.evil.example", 403), ("localhost.evil.example:80", 403)],
)  # fmt: skip
def test_only_names_of_this_machine_are_answered(ask, host, status):
    assert ask("GET", "/", Host=host)[0].status == status


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "https://{place}", "null"])
def test_other_sites_are_refused(ask, origin):
    path = f"/read?model={quote(IN_THE_BOX)}"
    assert ask("POST", path, drawn(1), Origin=origin.format(place=ask.place))[0].status == 403
    assert ask("POST", path, drawn(1), Origin=f"http://{ask.place}")[0].status == 200


@pytest.mark.parametrize("near", ["1", "a,b", "1,2,3", ","])
def test_a_point_that_is_none_is_refused(ask, near):
    assert "two numbers" in ask.read(drawn(1), near=near, status=400)["error"]


def test_twenty_at_once_each_get_their_own_answer(ask):
    pictures = [drawn(digit) for digit in range(10)] * 2

    def draw_five_times(number):
        return {ask.read(pictures[number])["text"] for _ in range(5)}

    with ThreadPoolExecutor(20) as tabs:
        assert list(tabs.map(draw_five_times, range(20))) == [{str(digit)} for digit in range(10)] * 2


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc to know a process's time")
def test_an_answer_takes_little_of_a_processor(hwr):
    """Less than 50 ms, however busy the machine is with other things."""
    with served(hwr.environment()) as (process, address):
        ask, picture = Client(address), drawn(8)
        ask.read(picture)
        before = seconds(process)
        for _ in range(40):
            ask.read(picture)
        assert (seconds(process) - before) / 40 < 0.05


def seconds(process):
    """The time that processors have spent for a process."""
    user, system = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_an_answers_body_does_not_wait_for_its_headers_to_be_confirmed():
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        tab, _ = listening.accept()
        with tab:
            assert tab.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_even_while_somebody_is_sending(hwr, number):
    with (
        served(hwr.environment()) as (process, address),
        socket.create_connection(urlsplit(address).netloc.split(":")) as tab,
    ):
        tab.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        Client(address)("GET", "/")
        process.send_signal(number)
        assert process.wait(20) == (130 if number == signal.SIGINT else -number)
        errors = process.stderr.read()
        assert "Traceback" not in errors
        assert errors.endswith("hwr: interrupted\n") == (number == signal.SIGINT)


def test_a_tab_that_goes_away_while_it_sends_is_no_error(hwr):
    with served(hwr.environment()) as (process, address):
        for _ in range(3):
            with socket.create_connection(urlsplit(address).netloc.split(":")) as tab:
                tab.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        assert Client(address).read(drawn(1))["text"] == "1"
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in process.communicate(timeout=20)[1]


def test_without_its_packages_it_says_what_to_install(hwr, tmp_path):
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError('none', name='starlette')")
    done = hwr("draw", "--no-browser", status=1, environment={"PYTHONPATH": str(tmp_path)})
    assert done.stderr.splitlines()[-1].endswith("pip install 'handwriting[web]'")


@pytest.mark.parametrize("arguments", [("--host", "192.0.2.1"), ("--host", "no.such.name.invalid"), ("--port", 1)])
def test_where_it_can_not_listen_it_says_so(hwr, arguments):
    taken = socket.create_server(("127.0.0.1", 0))
    with taken:
        arguments = ("--port", taken.getsockname()[1]) if "--port" in arguments else arguments
        done = hwr("draw", "--no-browser", *arguments, status=1)
    assert done.stderr.splitlines()[-1].startswith("hwr: can't listen on")


def test_who_listens_to_others_is_told(hwr):
    with served(hwr.environment(), "--host", "0.0.0.0") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert Client(address)("GET", "/")[0].status == 200
        process.kill()
        assert "everybody who can reach this machine" in process.stderr.read()


def _reading(*names):
    image = np.zeros((28, 28), np.uint8)
    digits = tuple(
        Digit(name, 0.9, (100 * place, 10, 50, 80), ((name, 0.9),), image) for place, name in enumerate(names)
    )
    return Reading("-", "".join(names), 0.9 ** len(names), digits)


@pytest.mark.parametrize(("near", "shown"), [(None, 0), ((130, 300), 1), ((-5, 0), 0), ((1e9, 0), 2)])
def test_of_several_digits_the_one_near_the_pen_is_looked_into(near, shown):
    answer = insight.of_reading(_reading("4", "0", "7"), model_file.load(user_models.BUNDLED), near)
    assert answer["text"] == "407"
    assert [digit["digit"] for digit in answer["digits"]] == ["4", "0", "7"]
    assert answer["shown"] == shown
    json.dumps(answer)


def test_nothing_waits_on_the_way_to_an_answer(ask):
    """A stall, such as that of 40 ms between two small packets, meets every answer: also the fastest of many.

    A machine that is busy with something else makes some answers late, too, but not in every round.
    """
    picture = drawn(3)
    recognizer = Recognizer(model_file.load(user_models.BUNDLED), top=11)

    def here():
        json.dumps(insight.of_reading(recognizer.read(picture), recognizer.model))

    def waited():
        alone = min(timeit.repeat(here, number=1, repeat=20))
        asked = min(timeit.repeat(lambda: ask.read(picture), number=1, repeat=20))
        return asked - alone

    assert any(waited() < 0.03 for _ in range(5))


def test_what_is_refused_is_shown_as_the_network_saw_it(ask):
    if model_file.load(user_models.BUNDLED).non_digit is None:
        pytest.skip("the model in the box does not know what is no digit")
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


def test_the_shelf_notices_new_and_replaced_models(tmp_path):
    shelf = Shelf(tmp_path, user_models.BUNDLED)
    assert list(shelf.paths()) == [IN_THE_BOX]
    path = tmp_path / "models" / "mine.safetensors"
    path.parent.mkdir()
    shutil.copy(user_models.BUNDLED, path)
    assert list(shelf.paths()) == [IN_THE_BOX, "mine"]
    first = shelf.recognizer("mine")
    assert shelf.recognizer("mine") is first
    path.unlink()
    shutil.copy(user_models.BUNDLED, path)
    assert shelf.recognizer("mine") is not first
