"""The recipe: the defaults, on the command line and in Python, and what depends on the loss or on the training set."""

import dataclasses
from typing import Any

import pytest

from handwriting.cli.train import train
from handwriting.errors import SettingError
from handwriting.nn.losses import CrossEntropy, MeanSquaredError
from handwriting.nn.non_digit_loss import NonDigitCrossEntropy
from handwriting.training.recipe import Recipe
from handwriting.training.recipe_toml import make_recipe
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
    assert resolve(Recipe(), 11, non_digit=10).training_loss == NonDigitCrossEntropy(0.1, 10)
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


COUNTS = [-3, 0, True, 1.5, 2**63, 10**5000, float("inf"), float("nan"), [3]]
FRACTIONS = [-0.5, 1.0, True, 1e300, float("inf"), float("nan"), "half"]
REFUSED: dict[str, list[Any]] = {
    "hidden": [*([value] for value in COUNTS[:-1]), [1] * 257, 3, "3"],
    "layers": [["dropout"] * 257, "dropout", [3]],
    "epochs": COUNTS,
    "batch_size": [*COUNTS, "half"],
    "patience": COUNTS,
    "seed": [-1, True, 1.5, 2**128, 10**5000, float("nan")],
    "learning_rate": [-1, 0.0, True, 2.0**63, float("inf"), float("nan")],
    "time_limit": [-1, 0.0, True, 2.0**63, float("inf"), float("nan")],
    "weight_decay": [-1, True, 2.0**63, float("inf"), float("nan")],
    "label_smoothing": FRACTIONS,
    "average": FRACTIONS,
    "validation": FRACTIONS,
    "activation": [3, True],
    "augment": [3, True],
    "initializer": [3, True],
    "loss": [3, True],
    "optimizer": [3, True],
    "schedule": [3, True],
}


@pytest.mark.parametrize("setting", REFUSED)
def test_what_is_out_of_range_is_refused(setting: str) -> None:
    for value in REFUSED[setting]:
        with pytest.raises(SettingError, match=setting[:5]) as error:
            make_recipe({setting: value})
        assert len(str(error.value)) < 200


def test_every_setting_is_tested_for_its_range() -> None:
    assert {*REFUSED} == {field.name for field in dataclasses.fields(Recipe)}


@pytest.mark.parametrize("setting", ["epochs", "batch_size", "patience", "seed"])
def test_any_number_of_63_bits_is_accepted(setting: str) -> None:
    assert getattr(make_recipe({setting: 2**63 - 1}), setting) == 2**63 - 1
