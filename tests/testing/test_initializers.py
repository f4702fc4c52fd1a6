"""The built-in initializers fulfil the contract, and it finds what is wrong with another."""

from typing import Any

import numpy as np
import pytest

from handwriting.interfaces import Initializer
from handwriting.registry import entry_points, specs
from handwriting.testing import check_initializer
from handwriting.testing.findings import run
from handwriting.testing.initializers import initializer_tests


class Initial(Initializer):
    def __init__(self, values: Any) -> None:
        self.draw = values

    def values(self, shape: Any, fans: Any, rng: Any) -> Any:
        return self.draw(shape, rng)


class Stores(Initializer):
    def values(self, shape: Any, fans: Any, rng: Any) -> Any:
        self.shape = shape
        return np.zeros(shape, np.float32)


def seeded(shape: Any, rng: Any) -> Any:
    np.random.seed(0)
    return np.random.rand(*shape).astype(np.float32)


@pytest.mark.parametrize("name", [entry.name for entry in entry_points.entries("initializer")])
def test_each_built_in_one_fulfils_the_contract(name: str) -> None:
    check_initializer(specs.make("initializer", name))


@pytest.mark.parametrize(
    ("initializer", "test", "detail"),
    [
        (Initial(lambda shape, rng: 0.5), "shape and dtype", "no array"),
        (Initial(lambda shape, rng: np.zeros(shape)), "shape and dtype", "float64 instead of float32"),
        (Initial(lambda shape, rng: np.zeros(shape[1:], np.float32)), "shape and dtype", "the shape (20,)"),
        (Initial(lambda shape, rng: np.full(shape, np.inf, np.float32)), "shape and dtype", "infinite or NaN"),
        (Initial(seeded), "drawn from rng", "seeds or uses the global random numbers of np.random"),
        (Initial(lambda shape, rng: np.random.default_rng().random(shape)), "drawn from rng", "gives other values"),
        (Stores(), "nothing on self", "it stores shape on self"),
    ],
)
def test_faults_are_found(initializer: Initializer, test: str, detail: str) -> None:
    finding = run(test, initializer_tests(initializer)[test])
    assert not finding.passed
    assert detail in finding.detail
