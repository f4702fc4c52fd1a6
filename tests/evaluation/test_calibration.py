"""Calibration: a known temperature is found again, and the calibration error is what counting gives."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from handwriting.errors import ModelError
from handwriting.evaluation.calibration import best_temperature, expected_calibration_error
from handwriting.models import model_file
from handwriting.models.safetensors_file import read_tensors
from handwriting.nn.losses import CrossEntropy
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve


def drawn(temperature, count=20_000):
    """Outputs of a network that is too sure by the factor `temperature`, and labels that come as often as it says."""
    rng = np.random.default_rng(0)
    outputs = rng.normal(0, 2, (count, 5))
    chances = CrossEntropy().confidences(outputs)
    labels = (chances.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1).clip(0, 4)
    return outputs * temperature, labels.astype(np.uint8)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found_again_and_mends_the_error(temperature):
    outputs, labels = drawn(temperature)
    found = best_temperature(outputs, labels, CrossEntropy())
    assert found == pytest.approx(temperature, rel=0.05)
    mended = CrossEntropy().confidences(outputs / found)
    assert expected_calibration_error(mended, labels) < 0.02
    if temperature != 1:
        assert expected_calibration_error(CrossEntropy().confidences(outputs), labels) > 0.05


def test_nothing_held_out_leaves_confidences_as_they_are():
    assert best_temperature(np.empty((0, 10)), np.empty(0, np.uint8), CrossEntropy()) == 1


def test_the_error_is_the_gap_between_sure_and_right():
    confidences = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [1.0, 0.0]])
    labels = np.array([0, 1, 1, 0], np.uint8)
    assert expected_calibration_error(confidences, labels) == pytest.approx((abs(1.8 - 1) + abs(0.6 - 1) + 0) / 4)


def test_training_calibrates_and_evaluation_tells(trained, tmp_path):
    place = tmp_path / "m.safetensors"
    trained("train", "--dataset", "strokes", "--hidden", "64", "--epochs", "8", "--threads", "1", "-o", place)
    model = model_file.load(place)
    assert model.temperature != 1
    judged = json.loads(trained("evaluate", "-m", place, "--format", "json").stdout)
    assert 0 < judged["calibration_error"] < 0.05
    assert "expected calibration error" in trained("evaluate", "-m", place).stdout


@pytest.mark.parametrize("temperature", [0.0, -1.0, "hot", None])
def test_a_file_with_a_senseless_temperature_is_refused(tmp_path, temperature):
    place = tmp_path / "m.safetensors"
    network = resolve(Recipe(hidden=(4,)), 2).build_network()
    model_file.save(model_file.Model(network, CrossEntropy(), ("a", "b")), place)
    assert model_file.load(place).temperature == 1
    metadata, tensors = read_tensors(place)
    written = json.loads(metadata[model_file.KEY]) | {"temperature": temperature}
    save_file(tensors, place, {model_file.KEY: json.dumps(written)})
    with pytest.raises(ModelError, match="temperature"):
        model_file.load(place)
