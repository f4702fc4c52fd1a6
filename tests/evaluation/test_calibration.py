"""Calibration: a known temperature is recovered, and the calibration error agrees with a count by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from handwriting.errors import ModelError
from handwriting.evaluation.calibration import best_temperature, expected_calibration_error, reliability
from handwriting.models import model_file
from handwriting.models.safetensors_file import read_tensors
from handwriting.nn.losses import CrossEntropy
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from tests.helpers.hwr import Hwr


def drawn(temperature: Any, count: int = 20_000) -> Any:
    """Return outputs that are overconfident by the factor `temperature`, and labels for which 1 would be right."""
    rng = np.random.default_rng(0)
    outputs = rng.normal(0, 2, (count, 5))
    probabilities = CrossEntropy().confidences(outputs)
    labels = (probabilities.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1).clip(0, 4)
    return outputs * temperature, labels.astype(np.uint8)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_recovered_and_corrects_the_error(temperature: float) -> None:
    outputs, labels = drawn(temperature)
    found = best_temperature(outputs, labels, CrossEntropy())
    assert found == pytest.approx(temperature, rel=0.05)
    calibrated = CrossEntropy().confidences(outputs / found)
    assert expected_calibration_error(calibrated, labels) < 0.02
    if temperature != 1:
        assert expected_calibration_error(CrossEntropy().confidences(outputs), labels) > 0.05


def test_without_a_validation_set_the_temperature_is_1() -> None:
    assert best_temperature(np.empty((0, 10)), np.empty(0, np.uint8), CrossEntropy()) == 1


def test_the_error_is_the_gap_between_confidence_and_accuracy() -> None:
    confidences = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [1.0, 0.0]])
    labels = np.array([0, 1, 1, 0], np.uint8)
    assert expected_calibration_error(confidences, labels) == pytest.approx((abs(1.8 - 1) + abs(0.6 - 1) + 0) / 4)


def test_training_calibrates_and_evaluate_shows_the_error(trained: Hwr, tmp_path: Path) -> None:
    place = tmp_path / "m.safetensors"
    trained("train", "--dataset", "strokes", "--hidden", "64", "--epochs", "8", "--threads", "1", "-o", place)
    model = model_file.load(place)
    assert model.temperature != 1
    evaluated = json.loads(trained("evaluate", "-m", place, "--format", "json").stdout)
    assert 0 < evaluated["calibration_error"] < 0.05
    assert "expected calibration error" in trained("evaluate", "-m", place).stdout


@pytest.mark.parametrize("temperature", [0.0, -1.0, "hot", None])
def test_a_file_with_an_invalid_temperature_is_refused(tmp_path: Path, temperature: float | str | None) -> None:
    place = tmp_path / "m.safetensors"
    network = resolve(Recipe(hidden=(4,)), 2).build_network()
    model_file.save(model_file.Model(network, CrossEntropy(), ("a", "b")), place)
    assert model_file.load(place).temperature == 1
    metadata, tensors = read_tensors(place)
    written = json.loads(metadata[model_file.KEY]) | {"temperature": temperature}
    save_file(tensors, place, {model_file.KEY: json.dumps(written)})
    with pytest.raises(ModelError, match="temperature"):
        model_file.load(place)


def test_the_bins_of_the_reliability_diagram_add_up_to_the_calibration_error() -> None:
    rng = np.random.default_rng(1)
    confidences = rng.dirichlet(np.ones(4), 500)
    labels = rng.integers(0, 4, 500).astype(np.uint8)
    bins = reliability(confidences, labels)
    assert sum(b.count for b in bins) == 500
    assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in bins if b.count)
    right = sum(b.count * b.accuracy for b in bins)
    assert right == pytest.approx((confidences.argmax(axis=1) == labels).sum())
    error = sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / 500
    assert expected_calibration_error(confidences, labels) == pytest.approx(error)
