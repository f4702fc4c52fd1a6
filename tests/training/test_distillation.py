"""Knowledge distillation: a network learns from trained ones, and what can't be a teacher is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.datasets.strokes import Strokes
from handwriting.errors import SettingError
from handwriting.interfaces import Examples
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.nn import guarded
from handwriting.nn.network import as_inputs
from handwriting.training import distillation
from handwriting.training.distillation import Teacher, mixed
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import make_trainer
from handwriting.training.trained_model import trained_model
from tests.helpers.hwr import QUICK, Hwr

DIGITS = tuple("0123456789")
FEW = 300
"""Examples of a dataset that is too small to learn from its labels alone."""


def strokes(count: int, seed: int) -> Examples:
    parts = list(Strokes.draw(count, seed))
    return Examples(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("images", "labels")))


def trained(examples: Examples, *, names: tuple[str, ...] = DIGITS, **settings: Any) -> Model:
    trainer = make_trainer(resolve(Recipe(hidden=(64,), validation=0.0, **settings)), examples, names)
    for _ in trainer.run():
        pass
    return trained_model(trainer, names, {})


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: Any) -> Path:
    path: Path = tmp_path_factory.mktemp("models") / "teacher.safetensors"
    model_file.save(trained(strokes(6000, 1), epochs=8), path)
    return path


def test_a_network_reads_better_if_it_is_taught(teacher: Path) -> None:
    few, others = strokes(FEW, 2), strokes(2000, 3)
    pupil, untaught = (trained(few, epochs=20, augment="", teachers=teachers) for teachers in ((str(teacher),), ()))
    answers = model_file.load(teacher).confidences(others.images)
    distances = [np.abs(model.confidences(others.images) - answers).sum(1).mean() for model in (pupil, untaught)]
    assert distances[0] < 0.95 * distances[1]
    assert pupil.training["recipe"]["teachers"] == (str(teacher),)


def test_targets_are_mixed_with_the_mean_answer_of_the_teachers(teacher: Path) -> None:
    x = as_inputs(strokes(10, 4).images)
    first = Teacher.load(str(teacher)).for_classes(DIGITS)
    second = Teacher.load("bundled").for_classes(DIGITS)
    targets = np.eye(10, dtype=np.float32)
    mixture = mixed(targets, (first, second), x)
    mean = (first.confidences(x) + second.confidences(x)) / 2
    np.testing.assert_allclose(mixture, targets + distillation.WEIGHT * (mean - targets), atol=1e-6)
    np.testing.assert_allclose(mixture.sum(axis=1), 1, rtol=1e-5)
    assert mixture.dtype == np.float32


def test_a_teacher_answers_for_the_classes_of_the_dataset_in_their_order() -> None:
    images = strokes(50, 5).images
    bundled = Teacher.load("bundled")
    backwards = bundled.for_classes(DIGITS[::-1]).confidences(as_inputs(images))
    confidences = model_file.load(user_models.BUNDLED).confidences(images)
    assert (9 - backwards.argmax(1) == confidences[:, :10].argmax(1)).mean() == 1
    np.testing.assert_allclose(backwards.sum(axis=1), 1, rtol=1e-5)


def test_what_does_not_fit_is_refused(teacher: Path) -> None:
    with pytest.raises(SettingError, match="does not know the class x: give another one"):
        trained(strokes(20, 6), names=(*DIGITS[:-1], "x"), teachers=(str(teacher),))
    small = Examples(strokes(20, 6).images[:, :8, :8], strokes(20, 6).labels)
    with pytest.raises(SettingError, match="reads images of 28x28x1, these are 8x8x1"):
        trained(small, teachers=(str(teacher),))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_teachers_give_the_same_network(trained: Hwr, tmp_path: Path, teacher: Path, threads: int) -> None:
    paths = [tmp_path / f"{name}.safetensors" for name in ("first", "second")]
    for path in paths:
        options = ("--hidden", 16, "--epochs", 1, "--threads", threads, "--batch-size", 128, "-o", path)
        result = trained("train", "--dataset", "strokes", *options, "--teacher", teacher, "--teacher", teacher)
        assert f"teachers  {teacher}, {teacher}" in result.stdout
    first, second = (model_file.load(path).network.vector for path in paths)
    assert np.array_equal(first, second)


def test_bad_teachers_are_told_in_one_line(trained: Hwr, tmp_path: Path) -> None:
    squared = tmp_path / "squared.safetensors"
    trained("train", *QUICK, "--loss", "mse", "--activation", "sigmoid", "-o", squared)
    refused = {
        squared: "was not trained with cross-entropy",
        "": "there is no model file",
        "x" * 300: "no model file x",
    }
    for name, message in refused.items():
        lines = trained("train", *QUICK, "--teacher", name, status=2).stderr.splitlines()
        assert len(lines) == 1
        assert message in lines[0]


def test_a_loss_of_a_plugin_learns_labels_only(teacher: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "plugin_of", lambda part: "a-plugin")
    with pytest.raises(SettingError, match="the loss cross-entropy learns labels only: leave out --teacher"):
        resolve(Recipe(teachers=(str(teacher),)))
