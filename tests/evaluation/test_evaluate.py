"""Evaluation of a model that can reject non-digits, on examples with and without non-digits."""

from typing import Any

import numpy as np
import pytest

from handwriting.evaluation.evaluate import evaluate
from handwriting.interfaces import NON_DIGIT, Examples
from handwriting.models.model_file import Model
from handwriting.nn.losses import CrossEntropy
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve


@pytest.fixture
def model() -> Any:
    """A model of two classes and non-digits, whose outputs are the first three pixels of an image."""
    network = resolve(Recipe(layers=(), hidden=()), 3).build_network()
    network.vector[:] = 0
    network.parameters[1]["weights"][[0, 1, 2], [0, 1, 2]] = 10
    return Model(network, CrossEntropy(), ("a", "b", NON_DIGIT), rejection_threshold=0.9)


def shown(*pixels: Any) -> Any:
    images = np.zeros((len(pixels), 28, 28), np.uint8)
    images[:, 0, :3] = pixels
    return images


def test_without_non_digits_the_other_classes_are_scored_and_rejections_are_counted(model: Any) -> None:
    examples = Examples(shown([255, 0, 0], [0, 100, 255], [255, 100, 0], [0, 255, 0]), np.array([0, 1, 0, 1], np.uint8))
    evaluation = evaluate(model, examples, ("a", "b"))
    assert evaluation.metrics.confusion.tolist() == [[2, 0], [0, 2]]
    assert evaluation.rejected == 0.25
    assert evaluate(model, examples, ("a", "b", NON_DIGIT)).metrics.class_names == ("a", "b")


def test_non_digits_are_evaluated_among_all_classes(model: Any) -> None:
    examples = Examples(shown([0, 0, 255], [255, 0, 0]), np.array([0, 0], np.uint8))
    evaluation = evaluate(model, examples, (NON_DIGIT,))
    assert evaluation.metrics.accuracy == evaluation.rejected == 0.5
    assert evaluation.metrics.class_names == ("a", "b", NON_DIGIT)


def test_a_model_without_the_class_of_non_digits_rejects_none(model: Any) -> None:
    plain = Model(model.network, CrossEntropy(), ("a", "b", "c"))
    assert evaluate(plain, Examples(shown([255, 0, 0]), np.array([0], np.uint8)), ("a", "b", "c")).rejected is None
