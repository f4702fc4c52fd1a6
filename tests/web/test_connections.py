"""Connections: headers must arrive in time, and half of them hold nobody up."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from handwriting.web import connections
from handwriting.web.connections import MOST_CONNECTIONS, Connection
from handwriting.web.server import listen
from tests.helpers.draw_client import Client, drawn

HALF = b"GET / HTTP/1.1\r\nHost: local"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The address of a server with a short timeout."""
    monkeypatch.setattr(connections, "HEADERS_TIMEOUT", 0.5)
    config = uvicorn.Config(hello, http=Connection, lifespan="off", log_config=None, timeout_keep_alive=30)
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(60)


@pytest.mark.parametrize("start", [b"", HALF], ids=["silent", "half"])
def test_headers_that_do_not_arrive_end_the_connection(place: Any, start: bytes) -> None:
    with socket.create_connection(place, timeout=60) as client:
        client.sendall(start)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b""


def test_the_headers_of_a_second_request_have_a_timeout_too(place: Any) -> None:
    with socket.create_connection(place, timeout=60) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        while not received.endswith(b"hi"):
            received += client.recv(1000)
        client.sendall(HALF)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b""


def test_half_sent_headers_hold_nobody_up(ask: Any) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(MOST_CONNECTIONS + 10):
            client = stack.enter_context(socket.create_connection(ask.place.split(":"), timeout=60))
            client.sendall(HALF)
        assert Client(f"http://{ask.place}/").read(drawn(1))["text"] == "1"
