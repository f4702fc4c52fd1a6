"""Peak memory of `hwr train` as a whole process, and whether ten times the images take more of it."""

from collections.abc import Iterator
from functools import partial

from ..conditions import Conditions
from ..processes import Completed, check_peak, hwr, run
from ..results import Row, Target, compare
from ..timing import mebibytes, turns
from .train import COMMAND

FLAT = Target(1.1)
"""Limit for the ratio of two peaks that are to be equal."""


def memory(conditions: Conditions) -> Iterator[Row]:
    """The default training, and an epoch of 60,000 images, and of 600,000, which are mapped from files."""
    epochs = ("--epochs", 1) if conditions.quick else ()
    completed = run(hwr(*COMMAND, *epochs), conditions.workspace.environment, sampled=True)
    check_peak(completed)
    remark = f"of these {completed.private or 0:.0f} MiB are private, the rest are pages of mapped files"
    yield Row(
        f"peak memory of hwr {' '.join(COMMAND)}", mebibytes([completed.peak]), "", [completed.peak], "MiB",
        Target(250), remarks=(remark,) if completed.private else (),
    )  # fmt: skip

    def train_on(dataset: str) -> Completed:
        command = hwr(*COMMAND, "--dataset", dataset, "--epochs", 1)
        completed = run(command, conditions.workspace.plugin_environment, sampled=True)
        check_peak(completed)
        return completed

    pairs = 1 if conditions.quick else conditions.pairs
    once, tenfold = turns([partial(train_on, "once"), partial(train_on, "tenfold")], pairs)
    what = "peak memory of hwr train, ten times the images"
    remark = "these figures include the pages of the mapped files, which the system takes back when it needs them"
    yield compare(what, [each.peak for each in tenfold], [each.peak for each in once], FLAT, (remark,), mebibytes)
    if completed.private:
        what = "the same without pages of mapped files"
        ours, peer = ([each.private or 0.0 for each in side] for side in (tenfold, once))
        yield compare(what, ours, peer, FLAT, in_words=mebibytes)
