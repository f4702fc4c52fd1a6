"""The list of models: names, what their files record, which one is in use, and what is wrong with broken ones."""

import shutil
from pathlib import Path

from handwriting.models import user_models
from handwriting.models.listing import list_models


def test_each_model_is_described_from_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(user_models.BUNDLED, folder / "mine.safetensors")
    (folder / "broken.safetensors").write_bytes(user_models.BUNDLED.read_bytes()[:500])
    (folder / "text.safetensors").write_text("no model")
    user_models.use(tmp_path, folder / "mine.safetensors")
    listed = {model.name: model for model in list_models(tmp_path)}
    assert set(listed) == {"mine", "broken", "text", "bundled"}
    assert [name for name, model in listed.items() if model.in_use] == ["mine"]
    assert listed["mine"].record == listed["bundled"].record != {}
    assert listed["mine"].trained
    assert listed["bundled"].trained
    assert listed["mine"].size == user_models.BUNDLED.stat().st_size
    assert "cut off" in str(listed["broken"].fault)
    assert listed["text"].fault


def test_the_model_in_use_is_listed_even_if_it_is_elsewhere_or_gone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.safetensors"
    shutil.copy(user_models.BUNDLED, elsewhere)
    user_models.use(tmp_path / "data", elsewhere)
    *_, last = list_models(tmp_path / "data")
    assert (last.name, last.in_use, last.fault) == (str(elsewhere), True, None)
    elsewhere.unlink()
    *_, last = list_models(tmp_path / "data")
    assert (last.name, last.in_use, last.fault) == (str(elsewhere), True, "gone")
