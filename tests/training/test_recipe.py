"""The recipe: the defaults, on the command line and in Python, and what depends on the loss or on the training set."""

from typing import Any

import pytest

from handwriting.cli.train import train
from handwriting.nn.losses import CrossEntropy, MeanSquaredError
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve


def test_the_command_line_tells_the_defaults_of_the_recipe() -> None:
    """An option that is not given is left to the recipe; its own default is what the help text shows."""
    shown: dict[str, Any] = {option.name or "": option.default for option in train.params}
    same = ("activation", "loss", "optimizer", "schedule", "epochs", "batch_size", "weight_decay", "average")
    for name in (*same, "validation", "seed"):
        assert str(shown[name]) == str(getattr(Recipe, name)), name


def test_each_loss_has_its_usual_label_smoothing() -> None:
    assert resolve(Recipe()).loss == CrossEntropy(0.1)
    assert resolve(Recipe(loss="mse")).loss == MeanSquaredError(0.0)
    assert resolve(Recipe(), 11, non_digit=10).loss.label_smoothing == 0.1
    assert resolve(Recipe(label_smoothing=0.0)).loss == CrossEntropy(0.0)
    assert resolve(Recipe(loss="mse", label_smoothing=0.2)).loss == MeanSquaredError(0.2)


@pytest.mark.parametrize(
    ("batch_size", "examples", "expected"),
    [
        ("auto", 57_000, 256),
        ("auto", 10_000, 50),
        ("auto", 1_000, 16),
        ("auto", 9, 9),
        ("full", 57_000, 57_000),
        (128, 57_000, 128),
        (128, 100, 100),
    ],
)
def test_an_automatic_batch_is_smaller_where_there_are_few_examples(
    batch_size: Any, examples: int, expected: int
) -> None:
    assert Recipe(batch_size=batch_size).examples_per_step(examples) == expected
