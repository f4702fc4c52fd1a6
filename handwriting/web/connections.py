"""A connection to a client: it must send the headers of a request in time, and gives way to others while it has not.

uvicorn limits how long a connection may be idle between two requests, but not how long the headers of one may take.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_TIMEOUT = 10.0
"""Seconds from the opening of a connection, or the first byte of a further request, to the end of its headers."""
MOST_CONNECTIONS = 200
"""At most; then the oldest one without a request is closed. All tabs of a browser together open six."""


class Connection(H11Protocol):
    """uvicorn's HTTP protocol with a timeout for headers."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first request; where there are too many connections, the oldest that waits is closed."""
        super().connection_made(transport)
        self._opened = self.loop.time()
        self._wait()
        waiting = [other for other in self.connections if isinstance(other, Connection) and other.waits]
        if len(self.connections) >= MOST_CONNECTIONS and waiting:
            oldest = min(waiting, key=lambda other: other._opened)
            oldest.transport.abort()  # which only later calls `connection_lost`
            self.connections.discard(oldest)

    @property
    def waits(self) -> bool:
        """Whether it has no request, or only a part of the headers of one."""
        return self.conn.their_state is h11.IDLE and (self.cycle is None or self.cycle.response_complete)

    def data_received(self, data: bytes) -> None:
        """Stop the timeout when the headers are complete; start it for those of a further request."""
        super().data_received(data)
        if not self.waits:
            self._stop_waiting()
        elif self._timer is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(HEADERS_TIMEOUT, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
