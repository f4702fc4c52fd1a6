"""How the cost of an epoch grows as pictures, hidden units and the batch grow tenfold."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from ..comparison import Row, Table, Target
from ..conditions import Conditions
from ..timing import ratios, seconds, turns
from ..worker import Worker

LINEAR = 12.0
"""What counts as at most linear for ten times as much: a fifth is left to noise."""

NO_DEARER = 1.2
"""What counts as no dearer: larger batches do the same work in fewer steps."""

FEW = 6_000


def scaling(conditions: Conditions) -> Iterator[Row | Table]:
    """Three sizes of each, in turns; the other settings are those of the main job."""
    tenfold = str(conditions.material.tenfold)
    pictures: list[dict[str, Any]] = [{"count": 6_000}, {"count": 60_000}, {"folder": tenfold}]
    units: list[dict[str, Any]] = [{"hidden": [32 * 10**i], "count": FEW} for i in range(3)]
    batches: list[dict[str, Any]] = [{"batch_size": 16 * 10**i} for i in range(3)]
    lines: list[tuple[str, ...]] = []
    for what, sizes, names, limit in (
        ("pictures", pictures, ("6,000", "60,000", "600,000 (mapped)"), LINEAR),
        (f"hidden units ({FEW:,} pictures)", units, ("32", "320", "3,200"), LINEAR),
        ("pictures a batch", batches, ("16", "160", "1,600"), NO_DEARER),
    ):
        times = _times(conditions, sizes)
        for i, name in enumerate(names):
            factor = f"{statistics.median(ratios(times[i], times[i - 1])):.2f}" if i else ""
            lines.append((what if i == 0 else "", name, seconds(times[i]), factor))
        for i in (1, 2):
            yield Row(
                f"epoch, {what}: {names[i]} against {names[i - 1]}", seconds(times[i]), seconds(times[i - 1]),
                ratios(times[i], times[i - 1]), "x", Target(limit), details={"ours": times[i], "smaller": times[i - 1]},
            )  # fmt: skip
    yield Table("What an epoch costs as things grow tenfold", ("what", "size", "an epoch", "factor"), tuple(lines))


def _times(conditions: Conditions, sizes: list[dict[str, Any]]) -> list[list[float]]:
    """Time epochs of trainings that differ only in `sizes`, in turns."""
    common: dict[str, Any] = {"folder": str(conditions.material.mnist), "threads": conditions.threads, "seed": 0}
    recipe = conditions.recipe | {"learning_rate": 0.0005}  # one that networks of any size bear
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker("hwr:Training", **(common | recipe | size))) for size in sizes]
        return turns([partial(worker.ask, "epoch") for worker in workers], conditions.pairs)
