"""How many threads the matrix products may use."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Let BLAS use at most so many threads while the block runs; None leaves it as many as it takes by itself."""
    import numpy as np  # noqa: F401  only a BLAS that is loaded can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(threads):
        yield
