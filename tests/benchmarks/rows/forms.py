"""Numbers on forms, on paper of several kinds and in uneven light: how many `hwr predict` reads exactly."""

from collections.abc import Iterator

from ..conditions import Conditions
from ..results import Row, Table
from .reading import exact, kinds_of, readings_of

COUNT, FEW = 150, 6
"""Pictures of each kind, and how many with --quick."""


def forms(conditions: Conditions) -> Iterator[Row | Table]:
    """Numbers in digits of MNIST's test set, in boxes, on notes, beside words, in shadows, by the bundled model."""
    count = FEW if conditions.quick else COUNT
    readings = readings_of(conditions.workspace.forms(count), None)
    by_kind = {kind: [row for row in readings if row["kind"] == kind] for kind in kinds_of(readings)}
    yield Table(
        f"{count} numbers of each kind, exact readings",
        ("kind", "bundled"),
        tuple((kind, f"{exact(rows):.1%}") for kind, rows in by_kind.items()),
    )
    yield Row("numbers on forms, exact readings", "bundled", f"{len(readings)} numbers", [100 * exact(readings)], "%")
