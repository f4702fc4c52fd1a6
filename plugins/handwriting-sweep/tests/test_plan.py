"""The base recipe in or outside of the search space, and the recipes of trials."""

import pytest
from handwriting_sweep.plan import Plan, check_space
from handwriting_sweep.space import parse

from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import SettingError
from handwriting.training.recipe import Recipe


def plan(opened: OpenedDataset, *arguments: str) -> Plan:
    return Plan(Recipe(), parse(arguments)[0], opened, None)


def test_the_default_recipe_is_a_point_of_a_space_that_holds_it(opened: OpenedDataset) -> None:
    searched = plan(opened, "hidden=32..512", "learning-rate=1e-4..1e-1", "activation=relu,gelu", "batch-size=8..64")
    assert searched.base_point() == {"hidden": 128, "learning_rate": 0.008, "activation": "relu", "batch_size": 16}
    assert plan(opened, "hidden=64,64+32,128").base_point() == {"hidden": "128"}
    assert plan(opened, "layers=dropout:0.1,none").base_point() == {"layers": "none"}
    assert plan(opened, "augment=none,rotation=8").base_point() == {"augment": "none"}


@pytest.mark.parametrize("argument", ["hidden=200..400", "activation=gelu,tanh", "patience=1..4", "hidden=64,64+32"])
def test_the_default_recipe_lies_outside_of_other_spaces(opened: OpenedDataset, argument: str) -> None:
    assert plan(opened, argument).base_point() is None


def test_values_become_a_recipe(opened: OpenedDataset) -> None:
    recipe = plan(opened, "hidden=4..8").recipe({"hidden": 6, "learning_rate": 0.01, "layers": "dropout:0.1"})
    assert recipe == Recipe(hidden=(6,), learning_rate=0.01, layers=("dropout:0.1",))
    assert plan(opened, "hidden=4,8").recipe({"hidden": "64+32"}).hidden == (64, 32)


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("hidden=0..4", "^hidden=0: hidden must be at least 1"),
        ("hidden=1..99999999999", "^hidden=99999999999: "),
        ("learning-rate=0..0.1", "^learning-rate=0: learning_rate must be above 0"),
        ("average=0.9..1", "^average=1: "),
        ("activation=relu,gelo", "^activation=gelo: there is no activation 'gelo'; did you mean gelu"),
        ("layers=none,conv2d:8,kernel=50", "^layers=conv2d:8,kernel=50: "),
        ("epochs=4", "nothing is searched"),
    ],
)
def test_what_can_not_be_trained_is_refused_before(argument: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        check_space(Recipe(), parse([argument])[0])


def test_a_sweep_needs_a_validation_set() -> None:
    with pytest.raises(SettingError, match="validation"):
        check_space(Recipe(validation=0), parse(["hidden=4..8"])[0])
