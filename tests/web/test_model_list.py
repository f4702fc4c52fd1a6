"""The list of models: new and replaced files are noticed."""

import shutil
from pathlib import Path

from handwriting.models import user_models
from handwriting.web.model_list import BUNDLED, ModelList


def test_new_and_replaced_models_are_noticed(tmp_path: Path) -> None:
    models = ModelList(tmp_path, user_models.BUNDLED)
    assert list(models.paths()) == [BUNDLED]
    path = tmp_path / "models" / "mine.safetensors"
    path.parent.mkdir()
    shutil.copy(user_models.BUNDLED, path)
    assert list(models.paths()) == [BUNDLED, "mine"]
    first = models.recognizer("mine")
    assert models.recognizer("mine") is first
    path.unlink()
    shutil.copy(user_models.BUNDLED, path)
    assert models.recognizer("mine") is not first
