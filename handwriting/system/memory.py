"""How much memory this machine has."""

import os

UNKNOWN = 1 << 40
"""Bytes that are assumed where the system does not tell."""


def machine_memory() -> int:
    """Return the bytes of memory of this machine."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # as on Windows
        return UNKNOWN
