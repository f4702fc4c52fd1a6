"""The server: listens on one address, tells where, and ends when it is interrupted."""

import ipaddress
import logging
import socket

import uvicorn
from starlette.types import ASGIApp

from handwriting.errors import HandwritingError

MOST_AT_ONCE = 200
"""Connections; more are told to come later. Twenty tabs of a browser share six of them."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host`; port 0 stands for a free one.

    Raises `HandwritingError` where that can't be done.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        listening = socket.create_server((str(address[0]), port), family=family)
        # asyncio does this only for sockets whose protocol is named. Without it (Nagle's algorithm) an answer's body
        # waits 40 ms for the browser to confirm that it has got the headers.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except (OSError, UnicodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise HandwritingError(
            f"can't listen on {host}, port {port}: {cause}; choose another --port or --host"
        ) from error


def address(listening: socket.socket) -> str:
    """Return where a browser on this machine finds it, such as http://127.0.0.1:40123/."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_private(listening: socket.socket) -> bool:
    """Tell whether only this machine can reach it."""
    return ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer until SIGINT or SIGTERM comes, finish what is being answered, and raise that signal again."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    # While it ends, uvicorn would print a traceback for every post that it breaks off.
    logging.getLogger("uvicorn.error").addFilter(lambda record: not server.should_exit)
    server.run(sockets=[listening])
