"""Probation: what comes from a plugin is tried for a moment before a training or a model relies on it.

`hwr plugins check` runs the whole contract. Here stand only the tests without which things would go wrong later, where
nobody could tell whose fault it is: shapes, dtypes, numbers that are none, and damage to what belongs to others.
The tests are imported only where there is a plugin to be tried.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from handwriting.errors import PluginError
from handwriting.interfaces import Dataset, Optimizer, Splits
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.activate import as_part
from handwriting.registry import entry_points
from handwriting.system.time_limit import time_limit

if TYPE_CHECKING:
    from handwriting.testing.findings import Test

PATIENCE = 30.0
"""Seconds that one short test may take."""


def check_layers(stages: Sequence[Stage]) -> None:
    """Try each layer and activation of a plan, where a plugin brought it; raises `PluginError` for one that fails."""
    for stage in stages:
        part = as_part(stage.layer)
        if _is_foreign(part):
            from handwriting.testing.layers import quick_tests

            tests = quick_tests(stage.layer, stage.input_shape)
            _try(part, tests, *tests)


def check_optimizer(optimizer: Optimizer) -> None:
    """Try one step of an optimizer, if a plugin brought it; raises `PluginError` where it fails."""
    if _is_foreign(optimizer):
        from handwriting.testing.optimizers import optimizer_tests

        _try(optimizer, optimizer_tests(optimizer), "float32, in place")


def check_examples(dataset: Dataset, splits: Splits) -> None:
    """Try what a dataset gave, if a plugin brought it; raises `PluginError` where that is of the wrong form."""
    if _is_foreign(dataset):
        from handwriting.testing.datasets import splits_tests

        _try(dataset, splits_tests(splits), "pictures", "labels and names")


def _is_foreign(part: object) -> bool:
    return not entry_points.entry_of(type(part)).built_in


def _try(part: object, tests: Mapping[str, "Test"], *names: str) -> None:
    from handwriting.testing.findings import run

    entry = entry_points.entry_of(type(part))
    for name in names:
        with time_limit(PATIENCE), np.errstate(all="ignore"):
            finding = run(name, tests[name])
        if not finding.passed:
            raise PluginError(
                f"{entry} does not fulfil its contract: {finding.detail} "
                f"(see `hwr plugins check {entry_points.name_of(entry)}`)"
            )
