"""What stands before the site: who may ask, how much they may send, and what browsers are told about every answer.

Any web page that the user visits may try to reach a server on the user's own machine. Through a name that it lets
point to 127.0.0.1 ("DNS rebinding") the browser would even take both for one site; but then that name stands in the
Host header, and no such name is served. Other sites' posts are refused by their Origin.
"""

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_POST = 20_000_000
"""Bytes; a phone's photograph has 3 to 8 million."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Lets through what the page itself asks for under a known name, and gives every answer the `HEADERS`."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        """Stand before `app`, which is served under the address or the name `host`."""
        self.app, self.host = app, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it; anything but HTTP is closed."""
        if scope["type"] != "http":
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        answer = PlainTextResponse(refusal, 403) if refusal else self.app
        await answer(scope, receive, with_headers)

    def _refusal(self, headers: Headers) -> str:
        """Return why the request is refused; empty where it is not."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._known(_without_port(host)):
            return "hwr draw does not answer under this name"
        if origin is not None and origin != f"http://{host}":
            return "hwr draw does not answer other sites"
        return ""

    def _known(self, name: str) -> bool:
        """Tell whether nobody but the user can have chosen `name`: a bare address can't be made to point elsewhere."""
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in ("localhost", self.host)
        return True


async def body(request: Request, largest: int = LARGEST_POST) -> bytes:
    """Return what was posted; raises `HTTPException` 413 as soon as it is known to be more than `largest` bytes."""
    too_much = HTTPException(413, f"more than {largest // 10**6} MB were sent; give a smaller picture")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > largest:
        raise too_much
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > largest:
            raise too_much
    return bytes(received)


def _without_port(host: str) -> str:
    """Return the name or the address in a Host header: "[::1]:80" and "localhost:80" give ::1 and localhost."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return name.removeprefix("[").removesuffix("]").lower()
