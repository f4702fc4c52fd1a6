"""One HTTP transfer that can't hang, whatever the server, the network or the name service does.

A timeout of a socket limits neither the look-up of the host's name nor a server that sends one byte every few seconds.
So every step that may block runs in a thread, which is given up when its time is over. It is a daemon thread and does
not keep the process alive.
"""

import contextlib
import math
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from handwriting.datasets.downloads.remote_files import SourceError

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 16

# Seconds to wait for ...
CONNECT_TIMEOUT = 5.0  # a connection to one address of the host
SILENCE_TIMEOUT = 15.0  # the next byte
HEADERS_TIMEOUT = 20.0  # everything before the content: name look-up, connection, redirects, headers
CHUNK_TIMEOUT = 30.0  # the next `CHUNK` bytes of content, which sets a lower limit on the speed
GRACE = 60.0  # the speed to reach its lower limit on average

SLOWEST = 20_000
"""Bytes per second: the lower limit on average."""


def longest(size: int) -> float:
    """Return the seconds within which content of `size` bytes must arrive."""
    return GRACE + size / SLOWEST


def receive(url: str, limit: int, end: float = math.inf) -> Iterator[bytes]:
    """Yield the content of `url` in chunks, at most `limit` bytes, as it was sent (not decompressed).

    TLS is always verified. Proxies and certificates are taken from the environment, as `requests` does. A redirect
    from https to http is refused before anything is sent there. Raises `NotFound` for HTTP 404, and `SourceError` if
    the transfer fails in any other way, or lasts until `end`, a time by `time.monotonic`.
    """
    content = _content(url, limit)
    too_long = "the time for all files and mirrors is over"
    try:
        _next(content, (HEADERS_TIMEOUT, f"no answer within {HEADERS_TIMEOUT:g} s"), (_until(end), too_long))
        begin, received, chunk = time.monotonic(), 0, b"?"
        while chunk:
            chunk = _next(
                content,
                (CHUNK_TIMEOUT, f"slower than {CHUNK / CHUNK_TIMEOUT / 1000:.1f} kB/s"),
                (_until(begin + longest(received)), f"slower than {SLOWEST / 1000:g} kB/s on average"),
                (_until(end), too_long),
            )
            received += len(chunk)
            yield chunk
    finally:
        with contextlib.suppress(ValueError):  # a thread that was given up is still in it, and closes it later
            content.close()


def _until(time_to_come: float) -> float:
    return max(0.0, time_to_come - time.monotonic())


def _next(content: Iterator[bytes], *limits: tuple[float, str]) -> bytes:
    """Return the next chunk, b"" at the end. Raises `SourceError` with the text of the first limit that is reached.

    Each of the `limits` is a number of seconds with a text.
    """
    seconds, too_late = min(limits)
    if not seconds:  # otherwise a fast server may still answer in time
        raise SourceError(too_late)
    future: Future[bytes] = Future()

    def wait() -> None:
        try:
            future.set_result(next(content, b""))
        except Exception as error:  # `future.result` raises it
            future.set_exception(error)

    threading.Thread(target=wait, name="transfer", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        raise SourceError(too_late) from None


def _content(url: str, limit: int) -> Generator[bytes, None, None]:
    """Yield b"" once the headers have arrived, then the content in chunks of `CHUNK` bytes."""
    from handwriting.datasets.downloads.transfer_errors import explained, status_error

    timeouts = (CONNECT_TIMEOUT, SILENCE_TIMEOUT)
    try:
        with _session(url) as session, session.get(url, stream=True, timeout=timeouts) as response:
            if response.status_code != 200:
                raise status_error(response.status_code)
            received, promised, chunk = 0, response.raw.length_remaining or 0, b""
            while max(received, promised) <= limit:
                yield chunk
                chunk = _read(response)
                if not chunk:
                    return
                received += len(chunk)
            raise SourceError(f"longer than {limit:,} bytes, the most that is expected")
    except SourceError:
        raise
    except Exception as error:
        raise explained(error, url, *timeouts) from error


def _read(response: "requests.Response") -> bytes:
    """Return the next `CHUNK` bytes, fewer at the end.

    Several calls of `read1`, since `read` would take an HTTP chunk of size -1 for all that a server sends.
    """
    chunk = b""
    while len(chunk) < CHUNK and (part := response.raw.read1(CHUNK - len(chunk), decode_content=False)):
        chunk += part
    return chunk


def _session(url: str) -> "requests.Session":
    import requests

    session = requests.Session()
    session.headers["Accept-Encoding"] = "identity"
    session.hooks["response"].append(_skip_body_of_redirect)
    if url.lower().startswith("https:"):
        del session.adapters["http://"]
    return session


def _skip_body_of_redirect(response: "requests.Response", **_: Any) -> None:
    """Keep `requests` from reading the body of a redirect into memory; a hostile server may never end it."""
    if response.is_redirect:
        response.close()
