"""A client of `hwr draw` without a browser, and pictures as its page sends them."""

import contextlib
import http.client
import io
import json
from typing import Any
from urllib.parse import quote, urlsplit

from PIL import Image, ImageDraw

from handwriting.web.model_list import BUNDLED
from tests.helpers.browser import strokes

HOSTILE = "<img src=x onerror=alert(1)>&'\"\n"
"""The name of a model or a picture."""


class Client:
    """Sends requests to one server, each over a new connection."""

    def __init__(self, address: str) -> None:
        self.place = urlsplit(address).netloc

    def __call__(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self.place, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return response, response.read()

    def json(self, method: str, path: str, body: bytes | None = None, status: int = 200) -> Any:
        response, content = self(method, path, body)
        assert response.status == status, content
        return json.loads(content)

    def read(self, picture: bytes, model: str = BUNDLED, near: str = "", status: int = 200) -> Any:
        return self.json("POST", f"/read?model={quote(model)}{near and '&near='}{near}", picture, status)


def png(image: Image.Image) -> bytes:
    """Return a Pillow image as a PNG file."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def drawn(digit: int) -> bytes:
    """Return a digit as the page sends it: 320 x 200 pixels, black on white."""
    image = Image.new("L", (320, 200), 255)
    for stroke in strokes(digit):
        places = [(113 + 133 * x, 33 + 133 * y) for x, y in stroke]
        ImageDraw.Draw(image).line(places, fill=0, width=11, joint="curve")
    return png(image)
