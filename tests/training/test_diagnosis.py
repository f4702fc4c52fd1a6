"""Which settings are named where a training has failed."""

from dataclasses import replace
from typing import Any

import pytest

from handwriting.training import presets, recipe_toml
from handwriting.training.diagnosis import likely_causes
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"learning_rate": 1000.0}, "a smaller --learning-rate than 1000: the default is 0.008"),
        ({"learning_rate": 1e6, "optimizer": "sgd"}, "a smaller --learning-rate than 1e+06: the default is 0.5"),
        ({"learning_rate": 1e-9}, "a larger --learning-rate"),
        ({"weight_decay": 1e10}, "a smaller --weight-decay"),
        ({"layers": ("dropout:0.99",)}, "a dropout rate"),
        ({"layers": ("residual:conv2d:4,padding=1+dropout:0.99",)}, "a dropout rate"),
        ({"hidden": (16,) * 4, "activation": "sigmoid"}, "--activation relu"),
        ({"label_smoothing": 0.95}, "a smaller --label-smoothing"),
    ],
)
def test_the_setting_at_fault_comes_first(change: Any, advice: str) -> None:
    first, *_ = likely_causes(resolve(replace(Recipe(), **change)), 1000)
    assert advice in first


def test_few_steps_are_a_cause_and_no_cause_gives_advice() -> None:
    assert "more --epochs" in likely_causes(resolve(Recipe()), 5)[0]
    assert "the default settings" in likely_causes(resolve(Recipe()), 1000)[0]


@pytest.mark.parametrize("preset", presets.names())
def test_no_preset_is_suspected(preset: str) -> None:
    recipe = recipe_toml.make_recipe(recipe_toml.read_preset(preset))
    assert "the default settings" in likely_causes(resolve(recipe, 11, 10), 1000)[0]
