"""The guard before the site: which requests are answered, and the security headers of every answer.

Any web page that the user visits may send requests to a server on the user's own machine. If it makes a name of its own
point to 127.0.0.1 ("DNS rebinding"), the browser even takes both for one site; but then the Host header holds that
name, which is not answered. Requests from other sites are refused by their headers Origin and Sec-Fetch-Site, which
browsers send and no page can change; programs send neither, and are answered.
"""

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_SITES = ("same-origin", "none")
"""Sec-Fetch-Site of requests by the page, and by the user, who types or opens its address."""

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
    """ASGI middleware around `app`, which is served under the address or name `host`."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self.app, self.host = app, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse an HTTP request, and add the `HEADERS`; other protocols get no answer."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        answer = PlainTextResponse(refusal, 403) if refusal else self.app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, headers: Headers) -> str:
        """Return why a request is refused, "" if it is not."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_own_name(_without_port(host)):
            return "hwr draw does not answer under this name"
        is_own_site = headers.get("sec-fetch-site", "none") in OWN_SITES
        if not is_own_site or (origin is not None and origin != f"http://{host}"):
            return "hwr draw does not answer other sites"
        return ""

    def _is_own_name(self, name: str) -> bool:
        """Return whether `name` can mean only this server: an address can't be made to point elsewhere."""
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in ("localhost", self.host)
        return True


def _without_port(host: str) -> str:
    """Return the name or address in a Host header: "localhost" for "localhost:80", "::1" for "[::1]:80"."""
    name, _, port = host.rpartition(":")
    return (name if port.isdecimal() else host).removeprefix("[").removesuffix("]").lower()
