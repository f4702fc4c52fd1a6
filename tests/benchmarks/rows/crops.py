"""Digits without a margin, as other programs cut them out of scans: how many of them `hwr predict` reads."""

from collections.abc import Iterator

from ..conditions import Conditions
from ..processes import environment, hwr, run
from ..results import Row, Target
from .folder import count_correct

SIZES = (16, 100, 400)
"""Pixels of the longer side: postal digits of the nineties, scans, photographs."""

COUNT, FEW = 1_000, 20
"""Test images, and how many with --quick."""


def crops(conditions: Conditions) -> Iterator[Row]:
    """MNIST's first test images, cut off at the ink, read by the bundled model and by `--model`."""
    count = FEW if conditions.quick else COUNT
    untrained = environment(HWR_DATA_DIR=str(conditions.workspace.folder / "untrained"))
    for model in (None, *conditions.models):
        options, name = (("--model", model), model.name) if model else ((), "bundled")
        for size in SIZES:
            command = hwr("predict", conditions.workspace.pictures(count, size), *options)
            accuracy = count_correct(run(command, untrained).output) / count
            yield Row(
                f"{count:,} digits cut out tightly, {size} pixels", name, "", [100 * accuracy], "% read",
                Target(97, "at least"),
            )  # fmt: skip
