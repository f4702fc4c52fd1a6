"""`hwr predict` on a folder of many small pictures: its speed, and whether its memory stays flat."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..conditions import Conditions
from ..processes import Completed, check_peak, hwr, run
from ..results import Row, Target, UnequalWork, compare
from ..timing import mebibytes, seconds, turns
from .memory import FLAT


def folder(conditions: Conditions) -> Iterator[Row]:
    """1,000 pictures and 10,000 in turns, as PNG files of 28x28, dark ink on white."""
    many, few = (1_000, 100) if conditions.quick else (10_000, 1_000)
    workspace = conditions.workspace

    def predict(count: int) -> Completed:
        command = hwr("predict", "--model", workspace.model, workspace.pictures(count))
        completed = run(command, workspace.environment)
        check_peak(completed)
        if (lines := len(completed.output.splitlines())) != count:
            raise UnequalWork(f"{lines:,} readings of {count:,} pictures")
        return completed

    of_many, of_few = turns([partial(predict, many), partial(predict, few)], conditions.pairs)
    times = [each.seconds for each in of_many]
    correct = count_correct(of_many[-1].output)
    yield Row(
        f"hwr predict, folder of {many:,} PNG files", seconds(times), "", [many / taken for taken in times],
        "pictures/s", Target(3_000, "at least"), remarks=(f"accuracy on these pictures {correct / many:.2%}",),
        details={"ours": times},
    )  # fmt: skip
    what = f"its peak memory, {many:,} files compared with {few:,}"
    yield compare(what, [each.peak for each in of_many], [each.peak for each in of_few], FLAT, in_words=mebibytes)


def count_correct(output: str) -> int:
    """Return how many lines of `hwr predict` give the digit that ends the name of the picture."""
    correct = 0
    for line in output.splitlines():
        path, reading, *_ = line.split("\t")
        correct += Path(path).stem.rpartition("-")[2] == reading
    return correct
