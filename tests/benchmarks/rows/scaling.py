"""How the time of an epoch grows as images, hidden units and the batch size grow tenfold."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from ..conditions import Conditions
from ..results import Row, Table, Target, compare
from ..timing import seconds
from .epochs import epochs_in_turns, training

LINEAR = 12.0
"""Limit for growing linearly: ten times, and a fifth for noise."""

NO_SLOWER = 1.2
"""Limit for larger batches, which do the same work in fewer steps."""

FEW = 6_000


def scaling(conditions: Conditions) -> Iterator[Row | Table]:
    """Three sizes of each, in turns; the other settings are the defaults."""
    images: list[dict[str, Any]] = [{"count": FEW}, {}, {"folder": str(conditions.workspace.tenfold)}]
    units: list[dict[str, Any]] = [{"hidden": [32 * 10**i], "count": FEW} for i in range(3)]
    batches: list[dict[str, Any]] = [{"batch_size": 16 * 10**i} for i in range(3)]
    lines: list[tuple[str, ...]] = []
    for what, sizes, names, limit in (
        ("images", images, ("6,000", "60,000", "600,000 (mapped)"), LINEAR),
        (f"hidden units ({FEW:,} images)", units, ("32", "320", "3,200"), LINEAR),
        ("batch size", batches, ("16", "160", "1,600"), NO_SLOWER),
    ):
        times = _times(conditions, sizes)
        lines.append((what, names[0], seconds(times[0]), ""))
        for i in (1, 2):
            row = compare(
                f"epoch, {what}: {names[i]} compared with {names[i - 1]}", times[i], times[i - 1], Target(limit)
            )
            lines.append(("", names[i], row.ours, f"{row.median:.2f}"))
            yield row
    yield Table("What an epoch costs as things grow tenfold", ("what", "size", "an epoch", "factor"), tuple(lines))


def _times(conditions: Conditions, sizes: list[dict[str, Any]]) -> list[list[float]]:
    """Return the seconds of epochs of trainings that differ only in `sizes`, in turns."""
    rate = 0.0005  # at which networks of any size can be trained
    with ExitStack() as stack:
        workers = [stack.enter_context(training("hwr", conditions, learning_rate=rate, **size)) for size in sizes]
        return epochs_in_turns(workers, conditions)
