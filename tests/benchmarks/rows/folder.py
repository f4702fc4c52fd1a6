"""`hwr predict` on folders of many pictures: its speed on small and on larger ones, and whether its memory is flat."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..conditions import Conditions
from ..processes import Completed, check_peak, hwr, run
from ..results import Row, Target, UnequalWork, compare
from ..timing import mebibytes, seconds, turns
from .memory import FLAT


def folder(conditions: Conditions) -> Iterator[Row]:
    """10,000 pictures of 28x28 and 1,000 in turns, with the default network; 3,000 of 200x200 with the bundled one."""
    many, few, large = (1_000, 100, 50) if conditions.quick else (10_000, 1_000, 3_000)
    workspace = conditions.workspace

    def predict(count: int) -> Completed:
        completed = _predict(conditions, workspace.model, workspace.pictures(count), count)
        check_peak(completed)
        return completed

    of_many, of_few = turns([partial(predict, many), partial(predict, few)], conditions.pairs)
    times = [each.seconds for each in of_many]
    yield Row(
        f"hwr predict, folder of {many:,} PNG files", seconds(times), "", [many / taken for taken in times],
        "pictures/s", Target(3_000, "at least"), remarks=(_accuracy(of_many[-1], many),), details={"ours": times},
    )  # fmt: skip
    what = f"its peak memory, {many:,} files compared with {few:,}"
    yield compare(what, [each.peak for each in of_many], [each.peak for each in of_few], FLAT, in_words=mebibytes)

    (of_large,) = turns([partial(_predict, conditions, "bundled", workspace.scans(large), large)], conditions.pairs)
    times = [each.cpu_seconds for each in of_large]
    yield Row(
        f"hwr predict -m bundled, CPU time of {large:,} pictures of 200x200", seconds(times), "", times, "s",
        Target(45), remarks=(_accuracy(of_large[-1], large),), details={"seconds": [each.seconds for each in of_large]},
    )  # fmt: skip


def _predict(conditions: Conditions, model: Path | str, pictures: Path, count: int) -> Completed:
    """Read a folder; raises `UnequalWork` unless there is a reading of each of its `count` pictures."""
    completed = run(hwr("predict", "--model", model, pictures), conditions.workspace.environment)
    if (lines := len(completed.output.splitlines())) != count:
        raise UnequalWork(f"{lines:,} readings of {count:,} pictures")
    return completed


def _accuracy(completed: Completed, count: int) -> str:
    return f"accuracy on these pictures {count_correct(completed.output) / count:.2%}"


def count_correct(output: str) -> int:
    """Return how many lines of `hwr predict` give the digit that ends the name of the picture."""
    correct = 0
    for line in output.splitlines():
        path, reading, *_ = line.split("\t")
        correct += Path(path).stem.rpartition("-")[2] == reading
    return correct
