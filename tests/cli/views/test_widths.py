"""Every view fits into the terminal: nothing is cut, and no word is broken, except that a path stays whole."""

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.helpers.hwr import Hwr
from tests.helpers.terminal import lines_on_terminal, run_on_terminal, too_long

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
COLUMNS = pytest.mark.parametrize("columns", [120, 80, 40])


@pytest.fixture(scope="module")
def many_classes(trained_once: Hwr, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The model of a dataset with 47 classes, whose names are long."""
    folder = tmp_path_factory.mktemp("many")
    for i in range(47):
        for j in range(5):
            image = Image.new("L", (28, 28), 255)
            ImageDraw.Draw(image).line((4 + i % 7 * 3, 4 + j % 3, 4 + i // 7 * 3, 24), fill=0, width=3)
            place = folder / "pictures" / f"letter number {i:02} of the alphabet" / f"{j}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            image.save(place)
    options = ("--epochs", "10", "--hidden", "32", "--layer", "conv2d:4,kernel=5,stride=2", "--threads", "1")
    trained_once("train", "--data", folder / "pictures", *options, "-o", folder / "many.safetensors")
    return folder / "many.safetensors"


@COLUMNS
def test_the_confusion_matrix_is_complete(trained: Hwr, columns: int) -> None:
    rows = [line.split(",") for line in trained("evaluate", "--format", "csv").stdout.splitlines()[1:]]
    lines = lines_on_terminal(trained, "evaluate", columns=columns)
    assert too_long(lines, columns) == []
    words = [" ".join(line.split()) for line in lines]
    for digit, row in enumerate(rows):
        counts = row[5:]
        if columns >= 80:
            assert " ".join([row[0], *(count if int(count) else "." for count in counts)]) in words
        else:
            told = " ".join(words).partition(f" {digit}: {counts[digit]} right; ")[2].partition(" right")[0]
            others = [f"{i} ({count})" for i, count in enumerate(counts) if i != digit and int(count)]
            assert others
            assert all(other in told for other in others)


@COLUMNS
def test_many_classes_with_long_names_are_all_there(trained: Hwr, many_classes: Path, columns: int) -> None:
    names = [f"letter number {i:02} of the alphabet" for i in range(47)]
    lines = lines_on_terminal(trained, "evaluate", "-m", many_classes, "--show-errors", 3, columns=columns)
    assert too_long(lines, columns) == []
    text = " ".join(" ".join(lines).split())
    assert all(f"{name}: " in text for name in names)
    read_right = [int(text.partition(f"{name}: ")[2].partition(" right")[0]) for name in names]
    assert all(count in (0, 1) for count in read_right)
    described = lines_on_terminal(trained, "info", many_classes, columns=columns)
    assert too_long(described, columns) == []
    assert all(name in " ".join(" ".join(described).split()) for name in names)


def test_outside_of_a_terminal_a_matrix_of_many_classes_is_complete(trained: Hwr, many_classes: Path) -> None:
    shown = trained("evaluate", "-m", many_classes).stdout.partition("column: class read)\n")[2].splitlines()
    rows = [line.rsplit(maxsplit=47) for line in shown[1:48]]
    assert [row[0] for row in rows] == [f"letter number {i:02} of the alphabet" for i in range(47)]
    assert all(len(row) == 48 for row in rows)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder with a digit, a number of twelve digits under a long name, and a picture of nothing."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, count in (("one", 1), ("a-long-name-of-a-picture-with-twelve-digits-in-one-number", 12), ("blank", 0)):
        image = Image.new("L", (60 * max(count, 1), 80), 255)
        for i in range(count):
            ImageDraw.Draw(image).line((60 * i + 30, 15, 60 * i + 28, 65), fill=0, width=6)
        image.save(folder / f"{name}.png")
    return folder


@COLUMNS
@pytest.mark.parametrize("options", [(), ("--top", "10")])
def test_words_are_beside_a_picture_or_below_it_but_not_in_it(
    trained: Hwr, pictures: Path, columns: int, options: Any
) -> None:
    for name in sorted(pictures.iterdir()):
        lines = lines_on_terminal(trained, "predict", "--show", *options, name, columns=columns, TERM="xterm-256color")
        drawn = [i for i, line in enumerate(lines) if line.startswith("▀")]
        assert too_long(lines, columns) == []
        assert drawn == list(range(drawn[0], drawn[-1] + 1))
        widths = {len(lines[i]) - len(lines[i].lstrip("▀")) for i in drawn}
        assert len(widths) == 1  # no line of the picture is broken
        below = any(line.startswith(("confidence ", "- nothing")) for line in lines)
        assert below is (columns == 40 or (columns == 80 and options != () and name.stem != "blank"))
        assert name.name in "".join(line.strip("▀ ") for line in lines)


@COLUMNS
def test_readings_are_in_columns_and_candidates_are_not_broken(trained: Hwr, pictures: Path, columns: int) -> None:
    whole = [line.split("\t") for line in trained("predict", pictures).stdout.splitlines()]
    lines = lines_on_terminal(trained, "predict", pictures, columns=columns)
    assert too_long(lines, columns) == []
    words = " ".join(" ".join(lines).split())
    for path, text, _, candidates in whole:
        assert path in words
        assert f" {text} " in words
        assert all(any(candidate in line for line in lines) for candidate in candidates.split("  ") if "%" in candidate)


@COLUMNS
@pytest.mark.parametrize("arguments", [("info",), ("plugins", "show", "adam"), ("plugins", "check", "relu")])
def test_other_views_fit(trained: Hwr, arguments: Any, columns: int) -> None:
    assert too_long(lines_on_terminal(trained, *arguments, columns=columns), columns) == []


@COLUMNS
def test_a_comparison_fits(trained: Hwr, many_classes: Path, columns: int) -> None:
    arguments = ("compare", many_classes, many_classes, many_classes, "--threads", "1")
    lines = lines_on_terminal(trained, *arguments, columns=columns)
    assert too_long(lines, columns) == []
    text = " ".join(lines)
    assert text.count("0.0") >= 3
    assert all(name in text for name in ("calibration", "parameters", "images/s"))


@COLUMNS
def test_a_training_fits(trained: Hwr, tmp_path: Path, columns: int) -> None:
    quick = ("--dataset", "strokes", "--epochs", "2", "--hidden", "8", "--threads", "1", "-o", tmp_path / "m")
    written = run_on_terminal(trained, "train", *quick, columns=columns, TERM="xterm-256color")
    assert "\x1b[" in written
    shown = lines_on_terminal(trained, "train", *quick, "--force", columns=columns, TERM="dumb")
    facts = [line for line in shown if not line.startswith("epoch")]  # messages are folded by the terminal
    assert too_long(facts, columns) == []
    assert ("▀" in written) is (columns >= 80)
