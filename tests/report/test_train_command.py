"""The command that trains a model again: it has every setting, and says whether the weights will be the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from handwriting.report.model_page import model_page
from handwriting.report.train_command import train_command
from handwriting.training import recipe_toml
from handwriting.training.recipe import Recipe
from tests.helpers.hwr import Hwr
from tests.helpers.reports import TRAINING, Page, evaluated_model


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden": (), "layers": ("conv2d:4,kernel=3", "relu"), "batch_size": "full", "augment": ""},
        {"hidden": (), "layers": ()},
        {"augment": "rotation=15,elastic=0", "learning_rate": 0.003, "average": 0.99, "patience": 3, "seed": 7},
        {"hidden": (30, 20), "optimizer": "momentum:0.95", "schedule": "cosine", "validation": 0.1, "time_limit": 9.5},
    ],
)
def test_the_command_has_every_setting_of_the_recipe(hwr: Hwr, settings: Any) -> None:
    recipe = Recipe(**settings)
    training = {"recipe": json.loads(json.dumps(vars(recipe))), "dataset": {"name": "strokes"}}
    line = train_command(training)
    assert line is not None
    words = line.split()
    assert words[:2] == ["hwr", "train"]
    shown = hwr(*words[1:], "--print-config").stdout.strip()
    expected = recipe_toml.write(recipe, "strokes")
    if not recipe.hidden and not recipe.layers:  # a layer that changes nothing keeps the command from choosing others
        expected = expected.replace("layers = []", 'layers = ["flatten"]')
    assert shown == expected


def test_mixtures_and_folders_are_named_and_quoted() -> None:
    recipe = {"recipe": {"hidden": [4]}}
    mixture: list[Any] = [{"name": "mnist", "share": 1.0}, {"name": "strokes", "share": 0.25}]
    line = train_command(recipe | {"dataset": {"mixture": mixture}})
    assert line == "hwr train --dataset 'mnist+0.25*strokes' --hidden 4"
    mixture[1] |= {"spec": "strokes:seed=3", "settings": {"seed": 3}}
    line = train_command(recipe | {"dataset": {"mixture": mixture}})
    assert line == "hwr train --dataset 'mnist+0.25*strokes:seed=3' --hidden 4"
    line = train_command(recipe | {"dataset": {"name": "folder", "pictures": "/tmp/my; rm -rf"}, "threads": 2})
    assert line == "hwr train --data '/tmp/my; rm -rf' --hidden 4 --threads 2"


@pytest.mark.parametrize(
    ("hurried", "stopped", "again"),
    [(False, False, True), (True, False, False), (False, True, False)],
    ids=["complete", "hurried by the time limit", "stopped by hand"],
)
def test_the_same_weights_are_promised_only_if_time_had_no_effect(
    tmp_path: Path, hurried: bool, stopped: bool, again: bool
) -> None:
    training = TRAINING | {"hurried": hurried, "stopped": stopped}
    page = Page(model_page(evaluated_model(tmp_path, training=training)))
    assert ("bit for bit" in page.text, "This training was cut short" in page.text) == (again, not again)
