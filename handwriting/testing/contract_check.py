"""The short check of a plugin's part before training or a model relies on it.

It consists of the tests without which an error would show later, where nobody could tell which plugin is at fault:
shapes, dtypes, NaN, and changes of other parts' arrays. `hwr plugins check` runs the whole contract. The tests are
imported only if there is a plugin to check.
"""

from collections.abc import Sequence
from importlib import import_module

import numpy as np

from handwriting.errors import PluginError
from handwriting.interfaces import Augmentation, Dataset, Initializer, Loss, Optimizer, Schedule, Splits
from handwriting.nn.architecture import Stage
from handwriting.nn.initialization import initialized
from handwriting.nn.layers.activate import as_part
from handwriting.nn.layers.residual import leaves
from handwriting.registry import entry_points, loading
from handwriting.system.process_state import process_state_kept
from handwriting.system.time_limit import time_limit

TIME_LIMIT = 30.0
"""Seconds that one test may take."""


def check_layers(stages: Sequence[Stage]) -> None:
    """Check the layers and activations of a network that come from plugins; raises `PluginError` if one fails."""
    for _, _, stage in leaves(stages):
        _check(as_part(stage.layer), "layers", stage.layer, stage.input_shape)


def check_optimizer(optimizer: Optimizer) -> None:
    """Check one step of an optimizer that comes from a plugin; raises `PluginError` if it fails."""
    _check(optimizer, "optimizers", optimizer)


def check_loss(loss: Loss) -> None:
    """Check a loss that comes from a plugin on a batch; raises `PluginError` if it fails."""
    _check(loss, "losses", loss)


def check_schedule(schedule: Schedule) -> None:
    """Check a schedule that comes from a plugin from beginning to end; raises `PluginError` if it fails."""
    _check(schedule, "schedules", schedule)


def check_initializers(stages: Sequence[Stage], chosen: Initializer | None) -> None:
    """Check the initializers from plugins that draw parameters of a network; raises `PluginError` if one fails.

    `chosen` replaces those that activations ask for.
    """
    for (position, name), initializer, owner in initialized(stages, chosen):
        parameter = stages[position].parameters[name]
        _check(owner, "initializers", initializer, parameter.shape, parameter.fans)


def check_augmentation(augmentation: Augmentation) -> None:
    """Check what a plugin's augmentation does to some images; raises `PluginError` if it fails."""
    _check(augmentation, "augmentations", augmentation)


def check_examples(dataset: Dataset, splits: Splits) -> None:
    """Check the examples of a dataset that comes from a plugin; raises `PluginError` if their form is wrong."""
    _check(dataset, "datasets", splits)


def _check(part: object, module: str, *arguments: object) -> None:
    """If `part` comes from a plugin, run the `quick_tests` for `arguments` of a module of this package."""
    entry = loading.entry_of(type(part))
    if entry.built_in:
        return
    from handwriting.testing.findings import run

    for name, test in import_module(f"handwriting.testing.{module}").quick_tests(*arguments).items():
        with process_state_kept(), time_limit(TIME_LIMIT), np.errstate(all="ignore"):
            finding = run(name, test)
        if not finding.passed:
            raise PluginError(
                f"{entry} does not fulfil its contract: {finding.detail} "
                f"(see `hwr plugins check {entry_points.name_of(entry)}`)"
            )
