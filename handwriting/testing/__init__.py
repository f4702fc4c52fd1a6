"""The contracts of `handwriting.interfaces` as tests, for plugin authors and for the built-in parts.

    from handwriting.testing import check_activation

    def test_softsign() -> None:
        check_activation(Softsign())

Each `check_...` function raises `AssertionError` with everything that is wrong. `hwr plugins check` runs the same
tests one by one.

layers.py          the contract of activations and layers: check_activation, check_layer
tested_layer.py    a layer with inputs and parameters, and what its calls give
gradient_check.py  gradients compared with central differences
optimizers.py      the contract of optimizers: check_optimizer
losses.py          the contract of losses: check_loss
schedules.py       the contract of learning rate schedules: check_schedule
initializers.py    the contract of initializers: check_initializer
datasets.py        the contract of datasets: check_dataset
augmentations.py   the contract of augmentations: check_augmentation
side_effects.py    what a part leaves behind: files, threads, memory, global random numbers
findings.py        a test, its result, and how it is run
contract_check.py  the short check of a plugin's part before it is used
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handwriting.testing.augmentations import check_augmentation as check_augmentation
    from handwriting.testing.datasets import check_dataset as check_dataset
    from handwriting.testing.initializers import check_initializer as check_initializer
    from handwriting.testing.layers import check_activation as check_activation
    from handwriting.testing.layers import check_layer as check_layer
    from handwriting.testing.losses import check_loss as check_loss
    from handwriting.testing.optimizers import check_optimizer as check_optimizer
    from handwriting.testing.schedules import check_schedule as check_schedule

_MODULES = {
    "check_activation": "layers",
    "check_layer": "layers",
    "check_optimizer": "optimizers",
    "check_loss": "losses",
    "check_schedule": "schedules",
    "check_initializer": "initializers",
    "check_dataset": "datasets",
    "check_augmentation": "augmentations",
}


def __getattr__(name: str) -> object:
    """Import a check when it is asked for (PEP 562), since `contract_check` is loaded where no test ever runs."""
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
