"""Picture files are found in folders, in order."""

from pathlib import Path

from handwriting.pictures.picture_files import pictures_in


def test_picture_files_are_found_in_subfolders_in_order(tmp_path: Path) -> None:
    names = ["1.png", "2.JPG", "a/3.gif", "b/c/4.tiff", "b/notes.txt", "5.webp"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in pictures_in(tmp_path)]
    assert found == ["1.png", "2.JPG", "5.webp", "a/3.gif", "b/c/4.tiff"]


def test_what_systems_and_programs_leave_in_a_folder_is_left_out(tmp_path: Path) -> None:
    for name in ["7.png", "._7.png", ".hidden.png", "Thumbs.db", ".ipynb_checkpoints/7-checkpoint.png", "a/.b/7.png"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(pictures_in(tmp_path)) == [tmp_path / "7.png"]


def test_a_folder_that_is_named_may_be_hidden(tmp_path: Path) -> None:
    (tmp_path / ".scans").mkdir()
    (tmp_path / ".scans" / "7.png").touch()
    assert list(pictures_in(tmp_path / ".scans")) == [tmp_path / ".scans" / "7.png"]


def test_a_file_or_a_folder_without_pictures_stands_for_itself(tmp_path: Path) -> None:
    assert list(pictures_in(tmp_path)) == [tmp_path]
    assert list(pictures_in(tmp_path / "any name")) == [tmp_path / "any name"]
