"""A web server on loopback that serves files correctly, or fails in every way in which a mirror can fail.

    with MirrorServer() as server:
        server.answers["/digits.gz"] = whole(packed)
        obtain(files, folder, mirrors=[server.url])

An answer is a function that writes to the handler's connection. Paths without an answer get HTTP 404.
"""

import contextlib
import http.server
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

Handler: TypeAlias = Any  # an `http.server.BaseHTTPRequestHandler` with the event `closing`
Answer = Callable[[Handler], None]


class MirrorServer:
    """Serves `answers` by path at `url`, with TLS if `certificate` is given; `requests` lists the requested paths."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.closing = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "MirrorServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[Handler]:
        owner = self

        class Answering(http.server.BaseHTTPRequestHandler):
            closing = owner.closing

            def do_GET(self) -> None:
                owner.requests.append(self.path)
                self.close_connection = True
                with contextlib.suppress(OSError):  # the client may have closed the connection
                    owner.answers.get(self.path, status(404))(self)

            def log_message(self, *args: object) -> None:
                pass

            def handle(self) -> None:
                with contextlib.suppress(OSError, ValueError):  # an answer may have closed it, too
                    super().handle()

        return Answering


def whole(body: bytes, **headers: str) -> Answer:
    """The whole `body`, with its length."""
    return begun(body, len(body), then=lambda handler: None, **headers)


def begun(body: bytes, length: int | None, then: Answer, **headers: str) -> Answer:
    """`body`, announced as `length` bytes, then another answer."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        then(handler)

    return answer


def status(code: int, **headers: str) -> Answer:
    """An HTTP status with a page of HTML."""

    def answer(handler: Handler) -> None:
        handler.send_response(code, "\x1b[31mOh")
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(b"<html>no</html>")

    return answer


def reset(handler: Handler) -> None:
    """Reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()


def stall(handler: Handler) -> None:
    """Keep the connection open without sending anything."""
    handler.closing.wait(30)


def drip(data: bytes, part: int = 1) -> Answer:
    """Send `data` one byte, or `part` bytes, at a time, fast enough that no socket times out."""

    def answer(handler: Handler) -> None:
        for start in range(0, len(data), part):
            handler.wfile.write(data[start : start + part])
            handler.wfile.flush()
            if handler.closing.wait(0.1):
                return

    return answer


def endless(handler: Handler) -> None:
    """Send zeros for ever, as fast as the client takes them."""
    while not handler.closing.is_set():
        handler.wfile.write(bytes(1 << 16))


def endless_redirect(target: str) -> Answer:
    """A redirect whose own body never ends."""

    def answer(handler: Handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()
        endless(handler)

    return answer
