"""Where an epoch goes: each function of hwr with what it called in NumPy, and the bare products beside it."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from ..comparison import Table
from ..conditions import Conditions
from ..timing import turns
from ..worker import Worker
from .epochs import products_alone

DENSE = "dense layers"
REST = "the rest"

GROUPS = (
    ("nn/layers/dense.py", DENSE),
    ("nn/layers/activate.py", "activations"),
    ("nn/activations.py", "activations"),
    ("nn/layers/", "other layers"),
    ("nn/losses.py", "loss"),
    ("nn/optimizers.py", "optimizer"),
    ("interfaces.py:__getitem__", "gather and conversion of pictures"),
    ("nn/network.py:as_inputs", "gather and conversion of pictures"),
)
"""What a function belongs to, by how its name begins; what none of these names is the rest."""

SHOWN = 12
"""Functions shown by name."""


def profile(conditions: Conditions) -> Iterator[Table]:
    """Epochs as they are, under a profiler, and their products alone, in turns."""
    settings: dict[str, Any] = {"folder": str(conditions.material.mnist), "threads": conditions.threads, "seed": 0}
    recipe = conditions.recipe | {"epochs": 2 * (conditions.pairs + 1)}
    found: list[Mapping[str, float]] = []
    with ExitStack() as stack:
        ours = stack.enter_context(Worker("hwr:Training", **settings, **recipe))
        alone = stack.enter_context(products_alone(conditions, 60_000))

        def profiled() -> float:
            answer = ours.ask("profiled_epoch")
            found.append(answer["functions"])
            return float(answer["seconds"])

        times = turns([partial(ours.ask, "epoch"), profiled, partial(alone.ask, "epoch")], conditions.pairs)
    plain, watched, products = map(statistics.median, times)
    functions = {name: statistics.median(each.get(name, 0.0) for each in found[1:]) for name in set().union(*found)}
    yield Table(
        f"Where an epoch of {plain * 1e3:.0f} ms goes", ("part", "ms", "share"), _parts(functions, watched, products),
        (f"under the profiler it took {watched * 1e3:.0f} ms; shares are of that; work in other threads shows as "
        "waiting, in the rest",),
    )  # fmt: skip
    largest = sorted(functions.items(), key=lambda item: -item[1])[:SHOWN]
    yield Table(
        "The functions that take longest, with what they call in NumPy", ("function", "ms", "share"),
        tuple(_line(name, taken, watched) for name, taken in largest),
    )  # fmt: skip


def groups(functions: Mapping[str, float]) -> dict[str, float]:
    """Return the seconds of each group, the largest first."""
    sums: dict[str, float] = defaultdict(float)
    for name, taken in functions.items():
        sums[next((group for start, group in GROUPS if name.startswith(start)), REST)] += taken
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def _parts(functions: Mapping[str, float], total: float, products: float) -> tuple[tuple[str, ...], ...]:
    """Return the groups as lines, the dense layers split into their products, as measured alone, and what is left."""
    lines = []
    for name, taken in groups(functions).items():
        lines.append(_line(name, taken, total))
        if name == DENSE:
            lines.append(_line("  matrix products (measured alone)", products, total))
            lines.append(_line("  beside them", taken - products, total))
    return tuple(lines)


def _line(name: str, taken: float, total: float) -> tuple[str, ...]:
    return name, f"{taken * 1e3:.1f}", f"{taken / total:.1%}"
