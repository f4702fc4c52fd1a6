"""Mixtures of datasets: how they are parsed and joined, what is refused, and that a model remembers them."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.datasets.mixture import Ingredient, ingredients, mixed
from handwriting.errors import DataError, SettingError
from handwriting.interfaces import Examples, Splits
from tests.helpers.hwr import Hwr


def splits(count: int, grey_level: Any, names: Any = ("0", "1")) -> Any:
    examples = Examples(np.full((count, 28, 28), grey_level, np.uint8), (np.arange(count) % 2).astype(np.uint8))
    return Splits(examples, examples, names)


def test_mixtures_are_parsed() -> None:
    assert ingredients("mnist") == [Ingredient("mnist")]
    assert ingredients("mnist + 0.25*dist:strokes") == [Ingredient("mnist"), Ingredient("dist:strokes", 0.25)]
    assert [str(part) for part in ingredients("a+0.5*b")] == ["a", "0.5*b"]


@pytest.mark.parametrize("text", ["0*a", "2*a", "-1*a", "nan*a", "x*a", "*a"])
def test_a_fraction_is_above_0_and_at_most_1(text: str) -> None:
    with pytest.raises(SettingError, match="fraction above 0"):
        ingredients(f"mnist+{text}")


def test_training_sets_are_joined_and_the_test_set_is_that_of_the_first() -> None:
    one, other = splits(10, 1), splits(40, 2)
    made = mixed([(Ingredient("one"), one), (Ingredient("other", 0.5), other)])
    assert len(made.train) == len(made.train.images) == 10 + 20
    assert made.test is one.test
    again = mixed([(Ingredient("one"), one), (Ingredient("other", 0.5), other)])
    assert np.array_equal(again.train.labels, made.train.labels)


def test_classes_of_the_same_name_are_the_same_and_others_are_added() -> None:
    letters = splits(4, 1, ("a", "1"))
    made = mixed([(Ingredient("digits"), splits(4, 1)), (Ingredient("letters"), letters)])
    assert made.class_names == ("0", "1", "a")
    assert made.train.labels.tolist() == [0, 1, 0, 1, 2, 1, 2, 1]
    assert letters.train.labels.tolist() == [0, 1, 0, 1]


def test_more_classes_than_a_label_can_hold_are_refused() -> None:
    many = [(Ingredient(f"d{i}"), splits(2, 1, tuple(f"{i}-{j}" for j in range(200)))) for i in range(2)]
    with pytest.raises(DataError, match="400 classes, more than 256"):
        mixed(many)


def test_a_model_remembers_its_mixture(trained: Hwr, tmp_path: Path) -> None:
    place = tmp_path / "m.safetensors"
    options = ("--hidden", "8", "--epochs", "1", "--threads", "1", "-o", place)
    done = trained("train", "--dataset", "strokes+0.5*strokes", *options)
    assert "28,500 training, 1,500 validation and 4,000 test images" in done.stdout
    judged = json.loads(trained("evaluate", "-m", place, "--format", "json").stdout)
    assert judged["count"] == 4000
    assert judged["dataset"] == "strokes"
    assert "did you mean strokes" in trained("train", "--dataset", "mnist+stroks", *options, "--force", status=2).stderr


def test_a_model_is_evaluated_on_the_first_dataset_alone(trained: Hwr, tmp_path: Path) -> None:
    place, cache = tmp_path / "m.safetensors", tmp_path / "data" / "datasets"
    trained("train", "--dataset", "strokes", "--hidden", "8", "--epochs", "1", "--threads", "1", "-o", place)
    shutil.copytree(trained.data / "datasets" / "strokes", cache / "strokes")
    elsewhere = {"HWR_DATA_DIR": str(cache.parent)}  # another test may have drawn non-digits in that of `trained`
    arguments = ("evaluate", "-m", place, "--dataset", "strokes+non-digits", "--format", "json")
    judged = trained(*arguments, environment=elsewhere)
    assert json.loads(judged.stdout) == json.loads(trained("evaluate", "-m", place, "--format", "json").stdout)
    assert "non-digits" not in judged.stderr
    assert not (cache / "non-digits").exists()
    others = trained("evaluate", "-m", place, "--dataset", "auto+non-digits", status=2)
    assert "no dataset 'auto'" in others.stderr
    wrong = trained("evaluate", "-m", place, "--dataset", "strokes+non-digit", status=2)
    assert "did you mean non-digits" in wrong.stderr
