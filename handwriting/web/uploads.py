"""What is posted to the server: the body of a request, limited in size and time, and all of them together in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST_POST = 20_000_000
"""Bytes; a phone's photo has 3 to 8 million."""
MOST_HELD = 100_000_000
"""Bytes of all bodies that are received, or wait to be read."""
BODY_TIMEOUT = 60.0
"""Seconds from the first to the last byte of a body."""


class Uploads:
    """The bodies of all requests."""

    def __init__(self) -> None:
        self._held = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """Provide what was posted; its memory counts until the end of the block.

        Raises `HTTPException`: 413 as soon as it is known to exceed `LARGEST_POST`, 408 after `BODY_TIMEOUT`, and 503
        if all bodies together exceed `MOST_HELD`.
        """
        declared = request.headers.get("content-length", "0")
        _check_size(int(declared) if declared.isdecimal() else 0)
        chunks: list[bytes] = []
        size = 0
        try:
            try:
                with anyio.fail_after(BODY_TIMEOUT):
                    async for chunk in request.stream():
                        chunks.append(chunk)
                        size += len(chunk)
                        self._held += len(chunk)
                        _check_size(size)
                        if self._held > MOST_HELD:
                            raise HTTPException(503, "too many pictures are sent at once: send it again")
            except TimeoutError:
                raise HTTPException(408, f"the picture did not arrive within {BODY_TIMEOUT:g} s") from None
            content = b"".join(chunks)
            chunks.clear()
            yield content
        finally:
            self._held -= size


def _check_size(size: int) -> None:
    if size > LARGEST_POST:
        raise HTTPException(413, f"the picture has more than {LARGEST_POST // 10**6} MB: send a smaller picture")
