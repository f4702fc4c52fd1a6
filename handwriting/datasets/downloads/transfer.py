"""One HTTP transfer that can't hang, whatever the server, the network or the name service does.

A timeout on a socket says nothing about a server that sends one byte every few seconds, nor about a slow look-up of
the host's name. So a thread of its own does the waiting and puts what arrives into a queue; the reader of the queue
keeps the time. The thread ends with its transfer, and as a daemon it never keeps the process alive.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from handwriting.datasets.downloads.patience import PATIENCE, Patience
from handwriting.datasets.downloads.remote_files import Unusable
from handwriting.datasets.downloads.transfer_errors import NotThere, explain, status_text

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 14
MAX_REDIRECTS = 5


@dataclass(frozen=True)
class Transfer:
    """A transfer that has begun: how many bytes the server promises (0 where it does not say), and the bytes."""

    length: int
    chunks: Iterator[bytes]


@contextlib.contextmanager
def opened(url: str, limit: int, patience: Patience = PATIENCE) -> Iterator[Transfer]:
    """Ask for `url` and hand its content over as it arrives, never more than `limit` bytes, encoded as it was sent.

    TLS is always verified; proxies and certificates come from the environment, as `requests` does it; a redirect
    from https to http is refused before anything is sent there.
    Raises `NotThere` for HTTP 404 and `Unusable` for every other way in which a transfer fails, also from `chunks`.
    """
    line = _Line()
    threading.Thread(target=_receive, args=(url, patience, line), name=f"transfer of {url}", daemon=True).start()
    try:
        length = _opening(line, patience)
        if length > limit:
            raise Unusable(f"{length:,} bytes, where at most {limit:,} can belong there")
        yield Transfer(length, _limited(_paced(line, patience), limit))
    finally:
        line.dropped.set()


Item: TypeAlias = int | bytes | Exception | None
"""The length first, then chunks, then None; or at any point the error that ended the transfer."""


@dataclass(frozen=True)
class _Line:
    """What connects the thread to its reader. It holds a megabyte at most, then the thread waits."""

    items: "queue.Queue[Item]" = field(default_factory=lambda: queue.Queue(maxsize=64))
    dropped: threading.Event = field(default_factory=threading.Event)

    def put(self, item: Item) -> bool:
        """Pass `item` on; False once the reader has gone."""
        while not self.dropped.is_set():
            with contextlib.suppress(queue.Full):
                self.items.put(item, timeout=0.2)
                return True
        return False


def _receive(url: str, patience: Patience, line: _Line) -> None:
    """Run in the thread: pass on everything that arrives, and any error as well."""
    times = (patience.connect, patience.silence)
    try:
        with _session(url) as session, session.get(url, stream=True, timeout=times) as response:
            if response.status_code != 200:
                kind = NotThere if response.status_code == 404 else Unusable
                raise kind(status_text(response.status_code))
            line.put(response.raw.length_remaining or 0)
            for chunk in response.raw.stream(CHUNK, decode_content=False):
                if not line.put(chunk):
                    return
        line.put(None)
    except Exception as error:  # none is swallowed: the reader raises it
        line.put(explain(error, url, patience.connect, patience.silence))


def _session(url: str) -> "requests.Session":
    import requests

    session = requests.Session()
    session.max_redirects = MAX_REDIRECTS
    session.headers["Accept-Encoding"] = "identity"
    session.hooks["response"].append(_leave_redirect_unread)
    if url.lower().startswith("https:"):
        del session.adapters["http://"]
    return session


def _leave_redirect_unread(response: "requests.Response", **_: Any) -> None:
    """Keep `requests` from reading the body of a redirect into memory, which a hostile server may never end."""
    if response.is_redirect:
        response.close()


def _opening(line: _Line, patience: Patience) -> int:
    try:
        item = line.items.get(timeout=patience.opening)
    except queue.Empty:
        raise Unusable(f"no answer within {patience.opening:g} s") from None
    if isinstance(item, int):
        return item
    raise item if isinstance(item, Exception) else AssertionError(f"{item!r} before the length")


def _paced(line: _Line, patience: Patience) -> Iterator[bytes]:
    """Pass on chunks until the end; raise the error that came, or `Unusable` where they come too slowly."""
    waited, received = 0.0, 0
    while True:
        asked = time.monotonic()
        item: Item = b""
        with contextlib.suppress(queue.Empty):
            item = line.items.get(timeout=max(patience.window - waited, 0.0))
        waited += time.monotonic() - asked
        if not isinstance(item, bytes):
            break
        yield item
        received += len(item)
        if waited >= patience.window:
            if received < patience.slowest * waited:
                raise Unusable(f"slower than {patience.slowest / 1000:.1f} kB/s")
            waited, received = 0.0, 0
    if isinstance(item, Exception):
        raise item


def _limited(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > limit:
            raise Unusable(f"more than the {limit:,} bytes that can belong there")
        yield chunk
