"""Digits without any margin, as other programs cut them out of scans: how many of them `hwr predict` reads."""

from collections.abc import Iterator

from ..comparison import Row, Target
from ..conditions import Conditions
from ..processes import environment, hwr, run
from .folder import read_right

SIZES = (16, 100, 400)
"""Pixels of the longer side: postal digits of the nineties, scans, photographs."""

COUNT, FEW = 1_000, 20
"""Test pictures; how many where it need only be seen that it runs."""


def crops(conditions: Conditions) -> Iterator[Row]:
    """MNIST's first test pictures, cut off right at the ink, read by the model in the box and by named ones."""
    count = FEW if conditions.quick else COUNT
    untrained = environment(HWR_DATA_DIR=str(conditions.material.folder / "untrained"))
    for model in (None, *conditions.models):
        named, name = (("--model", model), model.name) if model else ((), "in the box")
        for size in SIZES:
            ended = run([*hwr(), "predict", conditions.material.pictures(count, size), *named], untrained)
            yield Row(
                f"{count:,} digits cut out tightly, {size} pixels", name, "",
                [100 * read_right(ended.output) / count], "% read", Target(97, "at least"),
            )  # fmt: skip
