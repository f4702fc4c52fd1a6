"""`hwr predict` on a folder of many small pictures: how fast, and whether memory stays flat."""

from collections.abc import Iterator
from pathlib import Path

from ..comparison import Row, Target, UnequalWork
from ..conditions import Conditions
from ..processes import Ended, hwr, run
from ..timing import ratios, seconds, turns
from .memory import FLAT, checked


def folder(conditions: Conditions) -> Iterator[Row]:
    """A thousand pictures and ten thousand in turns, as PNG files of 28x28, dark ink on white."""
    many, few = (1_000, 100) if conditions.quick else (10_000, 1_000)
    runs: dict[int, list[Ended]] = {many: [], few: []}
    assert conditions.material.model

    def read(count: int) -> float:
        place = conditions.material.pictures(count)
        ended = run([*hwr(), "predict", place], conditions.material.hwr_environment)
        checked(ended)
        runs[count].append(ended)
        lines = ended.output.splitlines()
        if len(lines) != count:
            raise UnequalWork(f"{len(lines):,} readings of {count:,} pictures")
        return ended.seconds

    times, _ = turns([lambda: read(many), lambda: read(few)], conditions.pairs)
    right = read_right(runs[many][-1].output)
    yield Row(
        f"hwr predict, folder of {many:,} PNG files", seconds(times), "", [many / taken for taken in times],
        "pictures/s", Target(3_000, "at least"), remarks=(f"{right / many:.2%} of these pictures read right",),
        details={"ours": times},
    )  # fmt: skip
    peaks = {count: [ended.peak for ended in ended_runs[1:]] for count, ended_runs in runs.items()}
    yield Row(
        f"its peak memory, {many:,} against {few:,} files", f"{max(peaks[many]):.0f} MiB", f"{max(peaks[few]):.0f} MiB",
        ratios(peaks[many], peaks[few]), "x", Target(FLAT), details={"many": peaks[many], "few": peaks[few]},
    )  # fmt: skip


def read_right(output: str) -> int:
    """Return how many lines of `hwr predict` give the digit that the name of the picture ends in."""
    right = 0
    for line in output.splitlines():
        path, reading, *_ = line.split("\t")
        right += Path(path).stem.rpartition("-")[2] == reading
    return right
