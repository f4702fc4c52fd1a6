"""The server: listens on one address, and serves the site until it is interrupted."""

import ipaddress
import logging
import socket

import uvicorn
from starlette.types import ASGIApp

from handwriting.errors import HandwritingError
from handwriting.web.connections import MOST_CONNECTIONS, Connection


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host`; port 0 means any free one. Raises `HandwritingError` if it can't."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        listening = socket.create_server((str(address[0]), port), family=family)
        # asyncio does this only for sockets whose protocol is named. Without it (Nagle's algorithm) the body of an
        # answer waits until the browser has acknowledged the headers.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except (OSError, UnicodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise HandwritingError(
            f"can't listen on {host}, port {port}: {cause}; choose another --port or --host"
        ) from error


def address(listening: socket.socket) -> str:
    """Return the URL for a browser on this machine, such as http://127.0.0.1:40123/."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_private(listening: socket.socket) -> bool:
    """Return whether only this machine can reach the socket."""
    return ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, finish the answers that are under way, and raise that signal again."""
    config = uvicorn.Config(
        app, http=Connection, lifespan="off", ws="none", log_config=None, log_level="error", access_log=False,
        server_header=False, proxy_headers=False, limit_concurrency=MOST_CONNECTIONS, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    # While shutting down, uvicorn would print a traceback for every request that it cancels.
    logging.getLogger("uvicorn.error").addFilter(lambda record: not server.should_exit)
    server.run(sockets=[listening])
