"""Lines of digits that are drawn, kind by kind: how many `hwr predict` reads exactly, and how confidently."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..conditions import Conditions
from ..processes import environment, hwr, run
from ..results import Row, Table, Target

COUNT, FEW = 150, 6
"""Pictures of each kind, and how many with --quick."""
CONFIDENT = 0.95
"""Confidence from which a reading is to be exact in as large a fraction of all cases."""


def reading(conditions: Conditions) -> Iterator[Row | Table]:
    """Lines in digits of MNIST's test set, words, and pages on a desk, read by the bundled model and by `--model`."""
    count = FEW if conditions.quick else COUNT
    folder = conditions.workspace.lines(count)
    for model in (None, *conditions.models):
        readings = readings_of(folder, model)
        by_kind = {kind: [row for row in readings if row["kind"] == kind] for kind in kinds_of(readings)}
        name = model.name if model else "bundled"
        yield Table(
            f"{count} drawn lines of each kind, exact readings",
            ("kind", name),
            tuple((kind, f"{exact(rows):.1%}") for kind, rows in by_kind.items()),
        )
        lines = [row for row in readings if row["truth"]]
        confident = [row for row in lines if (row["confidence"] or 0) >= CONFIDENT and row["text"] is not None]
        yield Row("drawn lines, exact readings", name, "", [100 * exact(lines)], "%")
        yield Row(
            f"the same, of readings with a confidence above {CONFIDENT:.0%}", name, f"{len(confident):,} readings",
            [100 * exact(confident)] if confident else [0.0], "%", Target(100 * CONFIDENT, "at least"),
        )  # fmt: skip
        words = [row for row in readings if not row["truth"]]
        yield Row("words refused", name, "", [100 * exact(words)], "%", Target(95, "at least"))


def readings_of(folder: Path, model: Path | None) -> list[dict[str, Any]]:
    """Return for each picture its kind, what it says (nothing: ""), and what was read with which confidence."""
    untrained = environment(HWR_DATA_DIR=str(folder.parent / "untrained"))
    options = ("--model", model) if model else ()
    output = run(hwr("predict", folder, "--format", "jsonl", *options), untrained).output
    readings = []
    for line in output.splitlines():
        row = json.loads(line)
        kind, _, truth = Path(row["path"]).stem.split("_")
        readings.append({"kind": kind, "truth": truth, "text": row["text"], "confidence": row["confidence"]})
    return readings


def kinds_of(readings: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row["kind"] for row in readings))


def exact(rows: list[dict[str, Any]]) -> float:
    """Return the fraction that is read exactly; of a picture without digits, nothing is to be read."""
    return sum((row["text"] or "").replace(" ", "") == row["truth"] for row in rows) / len(rows)
