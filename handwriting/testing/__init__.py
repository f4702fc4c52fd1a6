"""The contracts of activations, layers, optimizers and datasets as tests, for plugin authors and for built-in parts.

    from handwriting.testing import check_activation

    def test_softsign() -> None:
        check_activation(Softsign())

A `check_...` function raises `AssertionError`, saying what is wrong and where; a `..._findings` generator yields the
result of every test, passed or not, which is what `hwr plugins check` shows.

layers.py          the contract of layers; an activation is tested as a layer
optimizers.py      the contract of optimizers
datasets.py        the contract of datasets
findings.py        the result of a test
contract_check.py  the short check of a plugin's part before it is used
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handwriting.testing.datasets import check_dataset as check_dataset
    from handwriting.testing.datasets import dataset_findings as dataset_findings
    from handwriting.testing.findings import Finding as Finding
    from handwriting.testing.layers import check_activation as check_activation
    from handwriting.testing.layers import check_layer as check_layer
    from handwriting.testing.layers import layer_findings as layer_findings
    from handwriting.testing.optimizers import check_optimizer as check_optimizer
    from handwriting.testing.optimizers import optimizer_findings as optimizer_findings

_HOMES = {
    "Finding": "findings",
    "check_activation": "layers",
    "check_dataset": "datasets",
    "check_layer": "layers",
    "check_optimizer": "optimizers",
    "dataset_findings": "datasets",
    "layer_findings": "layers",
    "optimizer_findings": "optimizers",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Import a contract when it is first asked for (PEP 562): `contract_check` is also loaded where no test runs."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
