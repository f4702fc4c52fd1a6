"""How long a transfer may take before the next mirror has its turn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds. Only waiting counts, not what the reader of the bytes takes for itself."""

    connect: float = 5.0
    """For a connection to one address of the host."""
    silence: float = 15.0
    """For the next byte."""
    opening: float = 20.0
    """For all that comes before the content: name, connection, redirects, headers."""
    window: float = 30.0
    """In every stretch of this length at least `slowest` bytes a second must arrive; longer than `silence`."""
    slowest: float = 2048.0


PATIENCE = Patience()
