"""From drawn non-digits to rejection: trained on beside digits, evaluated, and rejected in pictures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handwriting.datasets.non_digits import NonDigits
from handwriting.datasets.strokes import Strokes
from handwriting.interfaces import NON_DIGIT
from handwriting.models import model_file
from tests.helpers.hwr import Hwr

NON_DIGITS = "non-digits:4000,test_count=800"
"""Fewer than usual, since drawing them takes long."""


@pytest.fixture(scope="module")
def model(trained_once: Hwr, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model trained on digits and non-digits."""
    path = tmp_path_factory.mktemp("non-digits") / "m.safetensors"
    last = trained_once.data / "models" / "last"
    name = last.read_bytes()
    options = ("--hidden", "64", "--epochs", "3", "--threads", "1", "-o", path)
    trained_once("train", "--dataset", f"strokes+{NON_DIGITS}", *options)
    last.write_bytes(name)
    return path


def test_a_model_trained_on_non_digits_rejects_them(trained: Hwr, model: Any) -> None:
    kept = model_file.load(model)
    assert kept.class_names == (*"0123456789", NON_DIGIT)
    assert 0 < kept.rejection_threshold < 1
    digits = json.loads(trained("evaluate", "-m", model, "--format", "json").stdout)
    assert len(digits["classes"]) == 10
    assert digits["accuracy"] > 0.8
    assert digits["refused"] < 0.05
    others = json.loads(trained("evaluate", "-m", model, "--dataset", NON_DIGITS, "--format", "json").stdout)
    assert others["classes"][NON_DIGIT]["count"] == others["count"] == 800
    assert others["refused"] > 5 * digits["refused"]
    assert "of the images, as non-digits" in trained("evaluate", "-m", model).stdout
    described = json.loads(trained("info", str(model), "--format", "json").stdout)
    assert described["refusal"] == kept.rejection_threshold
    assert "rejects   images with a confidence of" in trained("info", str(model)).stdout


def test_a_model_of_digits_alone_can_not_be_evaluated_on_non_digits(trained: Hwr) -> None:
    digits_only = next((trained.data / "models").glob("*.safetensors"))
    done = trained("evaluate", "-m", digits_only, "--dataset", NON_DIGITS, status=2)
    assert f"but {NON_DIGITS} also has non-digit: choose a dataset with the classes of the model" in done.stderr


def test_non_digits_are_not_read_and_their_class_is_never_an_answer(trained: Hwr, model: Any, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    pictures = [*next(NonDigits.draw(60, 9)).images, *next(Strokes.draw(50, 9)).images]
    for number, picture in enumerate(pictures):
        Image.fromarray(255 - picture).save(folder / f"{number:03}.png")
    done = trained("predict", "-m", model, "--format", "jsonl", "--top", "11", folder)
    readings = [json.loads(line) for line in done.stdout.splitlines()]
    rejected = ["not a digit" in (reading["reason"] or "") for reading in readings]
    assert np.mean(rejected[:60]) > 0.1
    assert np.mean(rejected[60:]) < 0.05
    assert not any(NON_DIGIT in json.dumps([reading["text"], reading["digits"]]) for reading in readings)
