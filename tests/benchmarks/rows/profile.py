"""What an epoch spends its time on: each function of hwr with what it calls in NumPy, and the bare matrix products."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from ..conditions import Conditions
from ..results import Table
from ..timing import turns
from .epochs import products_only, training

DENSE = "dense layers"
REST = "the rest"

GROUPS = (
    ("nn/layers/dense.py", DENSE),
    ("nn/layers/activate.py", "activations"),
    ("nn/activations.py", "activations"),
    ("nn/layers/", "other layers"),
    ("nn/losses.py", "loss"),
    ("nn/optimizers.py", "optimizer"),
    ("interfaces.py:__getitem__", "gathering and converting images"),
    ("nn/network.py:as_inputs", "gathering and converting images"),
)
"""The group of a function, by how its name begins; any other belongs to the rest."""

SHOWN = 12
"""Functions shown by name."""


def profile(conditions: Conditions) -> Iterator[Table]:
    """Epochs without and with a profiler, and their matrix products alone, in turns."""
    found: list[Mapping[str, float]] = []
    epochs = 2 * (conditions.pairs + 1)
    size = conditions.recipe["batch_size"]
    with training("hwr", conditions, epochs=epochs) as ours, products_only(conditions, size) as peer:

        def profiled() -> float:
            answer = ours.call("profiled_epoch")
            found.append(answer["functions"])
            return float(answer["seconds"])

        sides: list[Callable[[], float]] = [partial(ours.call, "epoch"), profiled, partial(peer.call, "epoch")]
        times = turns(sides, conditions.pairs)
    plain, total, products = map(statistics.median, times)
    functions = {name: statistics.median(each.get(name, 0.0) for each in found[1:]) for name in set().union(*found)}
    columns = ("ms", "fraction")
    yield Table(
        f"Where an epoch of {plain * 1e3:.0f} ms goes", ("group", *columns), _group_lines(functions, total, products),
        (f"under the profiler it took {total * 1e3:.0f} ms; fractions are of that; work in other threads shows as "
        "waiting, in the rest",),
    )  # fmt: skip
    largest = sorted(functions.items(), key=lambda item: -item[1])[:SHOWN]
    yield Table(
        "The functions that take longest, with what they call in NumPy", ("function", *columns),
        tuple(_line(name, taken, total) for name, taken in largest),
    )  # fmt: skip


def groups(functions: Mapping[str, float]) -> dict[str, float]:
    """Return the seconds of each group, the largest first."""
    sums: dict[str, float] = defaultdict(float)
    for name, taken in functions.items():
        sums[next((group for start, group in GROUPS if name.startswith(start)), REST)] += taken
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def _group_lines(functions: Mapping[str, float], total: float, products: float) -> tuple[tuple[str, ...], ...]:
    """Return a line for each group; below the dense layers their products, as measured alone, and the remainder."""
    lines = []
    for name, taken in groups(functions).items():
        lines.append(_line(name, taken, total))
        if name == DENSE:
            lines.append(_line("  matrix products (measured alone)", products, total))
            lines.append(_line("  beside them", taken - products, total))
    return tuple(lines)


def _line(name: str, taken: float, total: float) -> tuple[str, ...]:
    return name, f"{taken * 1e3:.1f}", f"{taken / total:.1%}"
