"""`load` and `TrainedModel`: by path and by name, saved, shown, evaluated."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting import HandwritingError, Recognizer, TrainedModel, load, train
from handwriting.api.models import TrainedModel as Same
from handwriting.models import model_file, user_models
from tests.helpers.handwritten_numbers import file_of, number


def bundled() -> TrainedModel:
    return load("bundled")


def test_the_default_is_the_bundled_model_until_one_is_trained(data: Path) -> None:
    assert TrainedModel is Same
    assert (load().network.vector == bundled().network.vector).all()


def test_a_saved_model_is_found_by_its_name_and_by_its_path(data: Path, tmp_path: Path) -> None:
    assert bundled().save("mine") == data / "models" / "mine.safetensors"
    path = bundled().save(tmp_path / "other.safetensors")
    for named in ("mine", path, str(path)):
        assert isinstance(load(named), TrainedModel)
        assert Recognizer(named).read(file_of(number("306"))).text == "306"


def test_a_file_is_replaced_only_if_forced(data: Path) -> None:
    path = bundled().save("mine")
    content = path.read_bytes()
    with pytest.raises(HandwritingError, match="force=True"):
        bundled().save("mine")
    assert bundled().save("mine", force=True).read_bytes() == content


def test_the_name_of_the_bundled_model_is_taken(data: Path) -> None:
    with pytest.raises(HandwritingError, match="choose another name"):
        bundled().save("bundled", force=True)


@pytest.mark.parametrize("wrong", [5, b"mine", "no-such-model"])
def test_no_other_thing_is_a_model(data: Path, wrong: Any) -> None:
    with pytest.raises(HandwritingError, match="model"):
        load(wrong)
    with pytest.raises(HandwritingError, match="model"):
        Recognizer(wrong)


def test_a_model_is_one_line_and_a_table(data: Path) -> None:
    assert "\n" not in repr(bundled())
    assert "% test accuracy" in repr(bundled())
    assert repr(model_file.load(user_models.BUNDLED)).startswith("Model(28x28x1 -> ")
    assert "<th>network</th>" in bundled()._repr_html_()


def test_an_evaluation_is_one_line(data: Path) -> None:
    evaluation = train(dataset="strokes", hidden=16, epochs=1).evaluate(threads=1)
    assert evaluation.accuracy == evaluation.metrics.accuracy > 0.3
    assert repr(evaluation).startswith(f"Evaluation({100 * evaluation.accuracy:.2f} % of 4,000 test images read right")


def test_a_dataset_with_other_classes_is_refused(data: Path, tmp_path: Path) -> None:
    from PIL import Image

    for name in "ab":
        (tmp_path / name).mkdir()
        for i in range(2):
            pixels = np.pad(np.zeros((10, 4 + i), np.uint8), 9, constant_values=255)
            Image.fromarray(pixels).save(tmp_path / name / f"{i}.png")
    with pytest.raises(HandwritingError, match="the examples also have a, b"):
        bundled().evaluate(data=tmp_path)


def test_a_model_reads(data: Path) -> None:
    readings = bundled().read([file_of(number("19")), file_of(number("306"))])
    assert [reading.text for reading in readings] == ["19", "306"]
