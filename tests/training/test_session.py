"""A training from beginning to end: its time limit is for all of it, and it says why a network should not be used."""

import time
from typing import Any

import numpy as np
import pytest

from handwriting.datasets.opening import OpenedDataset
from handwriting.interfaces import Examples, Splits
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import Session


def opened(train: int = 1200, test: int = 600) -> OpenedDataset:
    """Return noisy images whose halves tell the two classes apart."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, train + test).astype(np.uint8)
    images = rng.integers(0, 60, (train + test, 28, 28)).astype(np.uint8)
    images[labels == 1, :14] += 150
    examples = Examples(images, labels)
    return OpenedDataset("strokes", Splits(examples[:train], examples[train:], ("a", "b")))


def test_the_time_limit_leaves_time_for_what_comes_before_and_after() -> None:
    def slowly(function: Any, images: Any) -> Any:
        time.sleep(len(images) / 1000)
        return function(images)

    recipe = Recipe(hidden=(8,), epochs=1, validation=0.25, time_limit=20.0)  # 300 validation images
    session = Session(resolve(recipe), opened(), began=time.perf_counter() - 5, read=slowly)
    assert session.trainer.time_limit is not None
    # 20 s, less 5 s before it, 0.3 s for the accuracy before, and 1.2 s for the 2 * 300 + 600 images at the end
    assert session.trainer.time_limit == pytest.approx(20 - 5 - 0.3 - 1.2, abs=1.0)
    assert session.trainer.time_limit < 20 - 5 - 0.3 - 1.2


def test_a_limit_that_is_over_before_the_training_leaves_an_untrained_network() -> None:
    session = Session(resolve(Recipe(hidden=(8,), time_limit=1.0)), opened(), began=time.perf_counter() - 5)
    assert list(session.run()) == []
    assert session.trainer.is_hurried


@pytest.mark.parametrize("validation", [0.25, 0.0])
def test_a_failure_is_told_with_advice(validation: float) -> None:
    good = Session(resolve(Recipe(hidden=(8,), epochs=2, validation=validation)), opened())
    list(good.run())
    assert good.failure() is None
    bad = Session(resolve(Recipe(hidden=(8,), epochs=2, validation=validation, weight_decay=100.0)), opened())
    list(bad.run())
    assert "has learned nothing" in str(bad.failure())
    assert "try a smaller --weight-decay" in str(bad.failure())
