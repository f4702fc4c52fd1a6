"""The guard: requests for other hosts, from other sites or with too much in them are refused."""

import contextlib
import socket
from typing import Any
from urllib.parse import quote

import pytest

from handwriting.web.guard import LARGEST_POST
from handwriting.web.model_list import BUNDLED
from tests.helpers.draw_client import drawn


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("LOCALHOST:80", 200), ("[::1]:1", 200), ("evil.example", 403), ("", 403),
     ("127.0.0.1.evil.example", 403), ("localhost.evil.example:80", 403)],
)  # fmt: skip
def test_only_hosts_that_mean_this_machine_are_answered(ask: Any, host: str, status: int) -> None:
    assert ask("GET", "/", Host=host)[0].status == status


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "https://{place}", "null"])
def test_other_sites_are_refused(ask: Any, origin: str) -> None:
    path = f"/read?model={quote(BUNDLED)}"
    assert ask("POST", path, drawn(1), Origin=origin.format(place=ask.place))[0].status == 403
    assert ask("POST", path, drawn(1), Origin=f"http://{ask.place}")[0].status == 200


def test_a_large_declared_length_is_refused_unread(ask: Any) -> None:
    with socket.create_connection(ask.place.split(":"), timeout=20) as connection:
        head = f"POST /read HTTP/1.1\r\nHost: {ask.place}\r\nContent-Length: {LARGEST_POST + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(1000)


def test_too_much_in_chunks_is_refused(ask: Any) -> None:
    chunk = b"%x\r\n%s\r\n" % (2**20, bytes(2**20))
    with socket.create_connection(ask.place.split(":"), timeout=20) as connection:
        connection.sendall(f"POST /read HTTP/1.1\r\nHost: {ask.place}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):  # it may close before all is sent
            for _ in range(LARGEST_POST // 2**20 + 1):
                connection.sendall(chunk)
        assert b" 413 " in connection.recv(1000)
    assert ask.read(drawn(1))["text"] == "1"
