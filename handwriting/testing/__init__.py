"""The contracts as tests, for authors of plugins (and for the built-in parts).

    from handwriting.testing import check_activation

    def test_softsign():
        check_activation(Softsign())

A `check_...` raises `AssertionError`, saying what is wrong and where; `..._findings` tells of every test, passed or
not, which is what `hwr plugins check` shows.
"""

from handwriting.testing.datasets import check_dataset, dataset_findings
from handwriting.testing.findings import Finding
from handwriting.testing.layers import check_activation, check_layer, layer_findings
from handwriting.testing.optimizers import check_optimizer, optimizer_findings

__all__ = [
    "Finding",
    "check_activation",
    "check_dataset",
    "check_layer",
    "check_optimizer",
    "dataset_findings",
    "layer_findings",
    "optimizer_findings",
]
