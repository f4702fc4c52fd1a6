"""Memory settings: freed memory stays with the process instead of returning to the system each time.

Training allocates and frees arrays of some megabytes for every batch. By default, glibc takes each of them from the
system, which hands it out page by page, cleared: with convolutions, that can take as long as all the arithmetic.
"""

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Options of glibc's `mallopt`; the numbers are those of malloc.h."""
LARGEST = 1 << 30
"""Bytes; larger arrays are still taken from the system and returned to it."""


def keep_freed_memory() -> None:
    """Let malloc keep freed memory, in one heap for all threads: the heap of a single thread is too small for arrays.

    Does nothing where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((MMAP_THRESHOLD, LARGEST), (TRIM_THRESHOLD, 2 * LARGEST - 1), (ARENA_MAX, 1)):
            mallopt(option, value)
