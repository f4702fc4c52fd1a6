"""The list of models: new and replaced files are noticed."""

import shutil
from pathlib import Path

import pytest

from handwriting.errors import ModelError
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


def test_models_of_one_name_are_numbered(tmp_path: Path) -> None:
    """The page shows no folders."""
    first, *others = (tmp_path / name / "mine.safetensors" for name in ("elsewhere", "models"))
    for path in (first, *others):
        path.parent.mkdir()
        shutil.copy(user_models.BUNDLED, path)
    assert list(ModelList(tmp_path, first).paths()) == ["mine", "mine (2)", BUNDLED]


def test_an_error_names_the_file_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"mine\.safetensors") as raised:
        ModelList(tmp_path, path).recognizer("mine")
    assert str(tmp_path) not in str(raised.value)
