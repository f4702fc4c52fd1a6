"""The user's models: where they are saved, which one is used, and whether a file can be written."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from handwriting.errors import HandwritingError
from handwriting.interfaces import NON_DIGIT
from handwriting.models import model_file, user_models


@pytest.fixture
def data(tmp_path: Path) -> Any:
    return tmp_path / "data"


@pytest.fixture
def kept(data: Any) -> Any:
    """A model in the data directory, called "digits"."""
    path = data / "models" / "digits.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"model")
    return path


def listing(folder: Path) -> Any:
    return sorted(os.listdir(folder))


# New paths


def test_models_trained_at_the_same_moment_have_different_paths(data: Any) -> None:
    """Several trainings may begin in the same second, in several processes, and save much later."""
    assert len({user_models.new_path(data, "mnist") for _ in range(20)}) == 20


def test_a_new_path_names_the_dataset_and_the_time(data: Any) -> None:
    path = user_models.new_path(data, "mnist")
    assert path.parent == data / "models"
    assert path.name.startswith("mnist-2")
    assert path.suffix == ".safetensors"
    assert not path.exists()


# Which models there are


def test_models_alone_are_listed_newest_first(data: Any, kept: Any) -> None:
    assert user_models.trained(data / "nowhere") == []
    newer = kept.with_name("newer.safetensors")
    newer.write_bytes(b"model")
    os.utime(kept, (1, 1))
    (kept.parent / "last").touch()
    (kept.parent / ".half.safetensors").touch()
    (kept.parent / "folder.safetensors").mkdir()
    (kept.parent / "gone.safetensors").symlink_to("nowhere")
    assert user_models.trained(data) == [newer, kept]


# Which model is used


def test_without_a_name_the_model_trained_last_is_used(data: Any, kept: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "élse where\udcff.safetensors"
    for path in (kept, elsewhere, kept):
        path.write_bytes(b"model")
        user_models.use(data, path)
        assert user_models.choose(data) == path
    assert listing(kept.parent) == ["digits.safetensors", "last"]


def test_a_model_trained_last_is_found_from_another_folder(
    data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.safetensors").write_bytes(b"model")
    user_models.use(data, Path("here.safetensors"))
    monkeypatch.chdir("/")
    assert user_models.choose(data) == tmp_path / "here.safetensors"


def test_before_the_first_training_the_bundled_model_is_used(data: Any, kept: Any) -> None:
    assert user_models.choose(data) == user_models.BUNDLED
    assert model_file.load(user_models.BUNDLED).class_names == (*"0123456789", NON_DIGIT)
    assert user_models.BUNDLED.stat().st_size < 2_000_000
    user_models.use(data, kept)
    assert user_models.choose(data) == kept


def test_the_bundled_model_has_a_name_and_can_be_chosen(data: Any, kept: Any, tmp_path: Path) -> None:
    user_models.use(data, kept)
    assert user_models.choose(data, "bundled") == user_models.choose(None, "bundled") == user_models.BUNDLED
    user_models.use(data, user_models.BUNDLED)
    assert user_models.choose(data) == user_models.BUNDLED
    assert (kept.parent / "last").read_bytes() == b"bundled"  # not its path, which another installation doesn't have


def test_where_the_model_in_use_is_gone_the_newest_one_is_used_and_a_line_says_so(data: Any, kept: Any) -> None:
    for name, age in (("old", 200), ("new", 100)):
        path = kept.with_name(f"{name}.safetensors")
        path.write_bytes(b"model")
        os.utime(path, (time.time() - age, time.time() - age))
    user_models.use(data, kept)
    kept.unlink()
    lines: list[str] = []
    assert user_models.choose(data, notify=lines.append) == kept.with_name("new.safetensors")
    (line,) = lines
    assert f"{kept}, is gone: new is used instead" in line


@pytest.mark.parametrize("note", [b"", b"\x00", b"/nowhere", b"\xff\xfe", b"x" * 10_000, b"/" + b"x" * 300, b"."])
def test_a_damaged_note_is_reported_in_one_line(data: Any, kept: Any, note: bytes) -> None:
    (kept.parent / "last").write_bytes(note)
    lines: list[str] = []
    assert user_models.choose(data, notify=lines.append) == kept
    assert len(lines) == 1
    assert "digits is used instead" in lines[0]


def test_a_note_that_cannot_be_read_is_reported(data: Any, kept: Any) -> None:
    (kept.parent / "last").mkdir()
    lines: list[str] = []
    assert user_models.choose(data, notify=lines.append) == kept
    data_is_a_file = kept
    assert user_models.choose(data_is_a_file, notify=lines.append) == user_models.BUNDLED
    assert "last: Is a directory: digits is used instead" in lines[0]
    assert "can't read" in lines[1]
    assert "bundled is used instead" in lines[1]


def test_without_a_data_directory_there_are_the_bundled_model_and_files(tmp_path: Path) -> None:
    assert user_models.choose(None) == user_models.BUNDLED
    assert user_models.choose(None, str(tmp_path / "mine")) == tmp_path / "mine"


@pytest.mark.parametrize("name", ["digits", "digits.safetensors"])
def test_a_name_is_that_of_a_model_in_the_data_directory(data: Any, kept: Any, name: str) -> None:
    assert user_models.choose(data, name) == kept


def test_a_file_comes_before_a_name(data: Any, kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").write_bytes(b"mine")
    assert user_models.choose(data, "digits") == Path("digits")


def test_a_path_is_never_replaced_by_a_file_of_that_name_elsewhere(data: Any, kept: Any, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong" / "digits.safetensors"
    assert user_models.choose(data, str(wrong)) == wrong
    assert user_models.choose(data, "wrong/digits") == Path("wrong/digits")
    (data / "digits.safetensors").write_bytes(b"beside the folder of models")
    assert user_models.choose(data, "../digits") == Path("../digits")
    assert user_models.choose(data, "unknown") == Path("unknown")


@pytest.mark.parametrize("name", ["x" * 300, "x" * 10_000, ".", "..", "/", "a\x00b"])
def test_odd_names_are_returned_as_paths(data: Any, kept: Any, name: str) -> None:
    assert user_models.choose(data, name) == Path(name)


# Whether a file can be written


def test_a_check_leaves_no_file(tmp_path: Path) -> None:
    user_models.check_path(tmp_path / "new" / "model.safetensors", force=False)
    assert listing(tmp_path / "new") == []


def test_a_file_is_replaced_with_force_only(kept: Any) -> None:
    with pytest.raises(HandwritingError, match=r"digits\.safetensors exists: .* --force"):
        user_models.check_path(kept, force=False)
    user_models.check_path(kept, force=True)
    assert kept.read_bytes() == b"model"
    assert listing(kept.parent) == [kept.name]


@pytest.mark.parametrize("force", [False, True])
def test_what_is_not_a_file_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(HandwritingError, match="folder is a folder"):
        user_models.check_path(tmp_path / "folder", force)
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", Path("/dev/null")):  # root would put a plain file in its place
        with pytest.raises(HandwritingError, match="is not an ordinary file"):
            user_models.check_path(path, force)
    assert listing(tmp_path) == ["fifo", "folder"]


def test_a_path_that_cannot_be_written_is_reported(tmp_path: Path, kept: Any) -> None:
    for path in (kept / "model", tmp_path / ("x" * 300)):
        with pytest.raises(HandwritingError, match="can't write") as error:
            user_models.check_path(path, force=False)
        assert "\n" not in str(error.value)
