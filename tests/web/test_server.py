"""The server of `hwr draw`: where it listens, and how it ends."""

import signal
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from handwriting.web.server import listen
from tests.helpers.browser import served
from tests.helpers.draw_client import Client, drawn
from tests.helpers.hwr import Hwr


def test_a_body_does_not_wait_until_its_headers_are_acknowledged() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        tab, _ = listening.accept()
        with tab:
            assert tab.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def connected(address: str) -> socket.socket:
    """Return a connection to the server of the page."""
    url = urlsplit(address)
    return socket.create_connection((url.hostname, url.port))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_even_during_a_request(hwr: Hwr, number: Any) -> None:
    with (
        served(hwr.environment()) as (process, address),
        connected(address) as tab,
    ):
        tab.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        Client(address)("GET", "/")
        process.send_signal(number)
        assert process.wait(20) == 128 + number
        errors = process.communicate(timeout=20)[1]
        assert "Traceback" not in errors
        assert errors.endswith("hwr: interrupted\n")


def test_what_is_no_request_is_not_reported(hwr: Hwr) -> None:
    with served(hwr.environment()) as (process, address):
        with connected(address) as tab:
            tab.sendall(b"\x1b]0;title\x07\r\n\r\n")
            assert tab.recv(1000).startswith(b"HTTP/1.1 400 ")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[1].splitlines()[-2:] == [
            "draw there; Ctrl-C here ends it",
            "hwr: interrupted",
        ]


def test_a_tab_closed_during_a_request_is_no_error(hwr: Hwr) -> None:
    with served(hwr.environment()) as (process, address):
        for _ in range(3):
            with connected(address) as tab:
                tab.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        assert Client(address).read(drawn(1))["text"] == "1"
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in process.communicate(timeout=20)[1]


def test_without_the_extra_it_says_what_to_install(hwr: Hwr, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError('none', name='starlette')")
    done = hwr("draw", "--no-browser", status=1, environment={"PYTHONPATH": str(tmp_path)}, fresh=True)
    assert done.stderr.splitlines()[-1].endswith("pip install 'handwriting[web]'")


@pytest.mark.parametrize("arguments", [("--host", "192.0.2.1"), ("--host", "no.such.name.invalid"), ("--port", 1)])
def test_an_address_it_can_not_listen_on_is_an_error(hwr: Hwr, arguments: Any) -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    with taken:
        arguments = ("--port", taken.getsockname()[1]) if "--port" in arguments else arguments
        done = hwr("draw", "--no-browser", *arguments, status=1)
    assert done.stderr.splitlines()[-1].startswith("hwr: can't listen on")


def test_a_public_address_is_a_warning(hwr: Hwr) -> None:
    with served(hwr.environment(), "--host", "0.0.0.0") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert Client(address)("GET", "/")[0].status == 200
        process.kill()
        assert "everybody who can reach this machine" in process.communicate(timeout=20)[1]
