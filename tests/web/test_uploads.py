"""Bodies of requests: too large, too slow, or too many at once."""

import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from starlette.exceptions import HTTPException

from handwriting.web import uploads
from handwriting.web.uploads import LARGEST_POST, MOST_HELD, Uploads
from tests.helpers.draw_client import drawn


class Request:
    """A request whose body comes in these chunks, with a pause before each."""

    headers: dict[str, str] = {}  # noqa: RUF012  nobody changes it

    def __init__(self, *chunks: bytes, pause: float = 0.0) -> None:
        self.chunks, self.pause = chunks, pause

    async def stream(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            await anyio.sleep(self.pause)
            yield chunk


async def received(held: Uploads, request: Any) -> bytes:
    async with held.body(request) as content:
        return content


def test_all_bodies_together_are_limited_and_memory_is_given_back() -> None:
    async def check() -> None:
        held, largest = Uploads(), Request(bytes(LARGEST_POST))
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(MOST_HELD // LARGEST_POST):
                await stack.enter_async_context(held.body(largest))  # type: ignore[arg-type]
            with pytest.raises(HTTPException) as refused:
                await received(held, Request(b"x"))
            assert refused.value.status_code == 503
        assert await received(held, Request(b"a", b"b")) == b"ab"

    anyio.run(check)


def test_a_body_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "BODY_TIMEOUT", 0.2)
    with pytest.raises(HTTPException) as refused:
        anyio.run(received, Uploads(), Request(*[b"x"] * 10, pause=0.1))
    assert refused.value.status_code == 408


def test_a_large_declared_length_is_refused_unread(ask: Any) -> None:
    with socket.create_connection(ask.place.split(":"), timeout=60) as connection:
        head = f"POST /read HTTP/1.1\r\nHost: {ask.place}\r\nContent-Length: {LARGEST_POST + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(1000)


def test_too_much_in_chunks_is_refused(ask: Any) -> None:
    chunk = b"%x\r\n%s\r\n" % (2**20, bytes(2**20))
    with socket.create_connection(ask.place.split(":"), timeout=60) as connection:
        connection.sendall(f"POST /read HTTP/1.1\r\nHost: {ask.place}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):  # it may close before all is sent
            for _ in range(LARGEST_POST // 2**20 + 1):
                connection.sendall(chunk)
        assert b" 413 " in connection.recv(1000)
    assert ask.read(drawn(1))["text"] == "1"
