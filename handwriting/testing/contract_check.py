"""The short check of a plugin's part before training or a model relies on it.

It consists of the tests without which an error would show later, where nobody could tell which plugin is at fault:
shapes, dtypes, NaN, and changes of other parts' arrays. `hwr plugins check` runs the whole contract. The tests are
imported only if there is a plugin to check.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from handwriting.errors import PluginError
from handwriting.interfaces import Dataset, Optimizer, Splits
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.activate import as_part
from handwriting.registry import entry_points, loading
from handwriting.system.time_limit import time_limit
from handwriting.testing.findings import Test, run

TIME_LIMIT = 30.0
"""Seconds that one test may take."""


def check_layers(stages: Sequence[Stage]) -> None:
    """Check the layers and activations of a network that come from plugins; raises `PluginError` if one fails."""
    for stage in stages:
        part = as_part(stage.layer)
        if _is_from_plugin(part):
            from handwriting.testing.layers import quick_tests

            _check(part, quick_tests(stage.layer, stage.input_shape))


def check_optimizer(optimizer: Optimizer) -> None:
    """Check one step of an optimizer that comes from a plugin; raises `PluginError` if it fails."""
    if _is_from_plugin(optimizer):
        from handwriting.testing.optimizers import quick_tests

        _check(optimizer, quick_tests(optimizer))


def check_examples(dataset: Dataset, splits: Splits) -> None:
    """Check the examples of a dataset that comes from a plugin; raises `PluginError` if their form is wrong."""
    if _is_from_plugin(dataset):
        from handwriting.testing.datasets import quick_tests

        _check(dataset, quick_tests(splits))


def _is_from_plugin(part: object) -> bool:
    return not loading.entry_of(type(part)).built_in


def _check(part: object, tests: Mapping[str, Test]) -> None:
    for name, test in tests.items():
        with time_limit(TIME_LIMIT), np.errstate(all="ignore"):
            finding = run(name, test)
        if not finding.passed:
            entry = loading.entry_of(type(part))
            raise PluginError(
                f"{entry} does not fulfil its contract: {finding.detail} "
                f"(see `hwr plugins check {entry_points.name_of(entry)}`)"
            )
