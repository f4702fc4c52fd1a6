"""Whole pages of numbers, kind by kind: how many of their lines `hwr predict --lines` reads exactly."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..conditions import Conditions
from ..processes import environment, hwr, run
from ..results import Row, Table

COUNT, FEW = 5, 1
"""Pages of each kind, and how many with --quick."""


def pages(conditions: Conditions) -> Iterator[Row | Table]:
    """Pages of 24 lines in digits of MNIST's test set, read by the bundled model."""
    count = FEW if conditions.quick else COUNT
    folder = conditions.workspace.pages(count)
    untrained = environment(HWR_DATA_DIR=str(folder.parent / "untrained"))
    output = run(hwr("predict", folder, "--lines", "--format", "jsonl"), untrained).output
    written = json.loads((folder / "lines.json").read_text())
    right: dict[str, list[bool]] = {}
    for line in output.splitlines():
        row = json.loads(line)
        name = Path(row["path"]).stem
        read = [found["text"].replace(" ", "") for found in row["lines"]]
        right.setdefault(name.partition("_")[0], []).extend(lines_right(written[name], read))
    yield Table(
        f"{count} pages of each kind, 6 million pixels: lines read exactly",
        ("kind", "bundled"),
        tuple((kind, f"{sum(lines) / len(lines):.1%}") for kind, lines in right.items()),
    )
    every = [line for lines in right.values() for line in lines]
    yield Row("lines of pages, exact readings", "bundled", f"{len(every)} lines", [100 * sum(every) / len(every)], "%")


def lines_right(written: Sequence[str], read: Sequence[str]) -> list[bool]:
    """Return for each line that was written whether it was read, below those that were read before."""
    found, start = [], 0
    for text in written:
        found.append(text in read[start:])
        start = read.index(text, start) + 1 if found[-1] else start
    return found
