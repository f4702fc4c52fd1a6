"""`hwr evaluate`: the metrics in every format, and --min-accuracy."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import ACTIVATION, Site
from tests.helpers.terminal import run_on_terminal


def test_text_shows_everything(trained: Hwr) -> None:
    shown = trained("evaluate").stdout
    for words in ("dataset   strokes: 4,000 test images", "95 % interval", "precision", "recall", "F1", "confusion",
                  "most confused:"):  # fmt: skip
        assert words in shown


def test_json_and_csv_agree(trained: Hwr) -> None:
    shown = json.loads(trained("evaluate", "--format", "json").stdout)
    assert set(shown) == {
        "accuracy",
        "interval",
        "count",
        "calibration_error",
        "classes",
        "confusion",
        "dataset",
        "model",
    }
    assert shown["count"] == 4000
    right = sum(shown["confusion"][i][i] for i in range(10))
    assert shown["accuracy"] == pytest.approx(right / 4000)
    rows = list(csv.DictReader(io.StringIO(trained("evaluate", "--format", "csv").stdout)))
    assert [row["class"] for row in rows] == list("0123456789")
    for row in rows:
        score = shown["classes"][row["class"]]
        assert float(row["recall"]) == pytest.approx(score["recall"])
        assert int(row["count"]) == score["count"] == 400


def test_too_low_an_accuracy_has_status_4(trained: Hwr) -> None:
    trained("evaluate", "--min-accuracy", "0.2")
    done = trained("evaluate", "--min-accuracy", "1", "--format", "json", status=4)
    assert json.loads(done.stdout)["accuracy"] < 1
    assert "below --min-accuracy 1" in done.stderr


def test_a_model_is_named_by_path_or_by_name(trained: Hwr) -> None:
    path = next((trained.data / "models").glob("*.safetensors"))
    by_path = trained("evaluate", "--model", path).stdout
    assert trained("evaluate", "--model", path.stem).stdout == by_path
    assert trained("evaluate", "-m", path.name).stdout == by_path


def test_a_damaged_model_is_reported_in_one_line(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(next((trained.data / "models").glob("*.safetensors")).read_bytes()[:-100])
    done = trained("evaluate", "-m", path, status=1)
    assert "damaged" in done.stderr
    assert done.stderr.count("\n") == 1


def test_unknown_classes_are_reported(trained: Hwr, tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for i in range(5):
            picture = Image.new("L", (40, 40), 255)
            ImageDraw.Draw(picture).line((10, 5 + i, 30, 30), fill=0, width=4)
            picture.save(tmp_path / name / f"{i}.png")
    done = trained("evaluate", "--data", tmp_path, status=2)
    assert "cat, dog" in done.stderr


FEW_STROKES = """
from dataclasses import dataclass
from handwriting.datasets.strokes import Strokes

@dataclass(frozen=True)
class Few(Strokes):
    train_count: int = 1000
    test_count: int = 200
"""


def test_another_version_of_a_plugin_is_noted_once_on_standard_error(hwr_with_strokes: Hwr, tmp_path: Path) -> None:
    hwr, site = hwr_with_strokes, Site(tmp_path / "site")
    points = {"activations": {"soft": "soft_things:Soft"}, "datasets": {"few": "soft_things:Few"}}
    source = {"soft_things": ACTIVATION.format(name="Soft") + FEW_STROKES}
    beside = {"PYTHONPATH": str(site.folder)}
    then = site.install("soft-things", points, source, version="1.0")
    hwr("train", "--dataset", "few", "--activation", "soft", "--epochs", "1", "--hidden", "8", environment=beside)
    assert "note:" not in hwr("evaluate", environment=beside).stderr

    shutil.rmtree(then)
    site.install("soft-things", points, version="1.1")
    note = "note: the model was trained with soft-things 1.0, 1.1 is installed\n"
    for dataset in ((), ("--dataset", "few"), ("--dataset", "strokes")):  # the model alone, or the dataset with it
        done = hwr("evaluate", *dataset, "--format", "json", environment=beside)
        assert json.loads(done.stdout)["model"]
        assert done.stderr.count("note:") == 1
        assert note in done.stderr
    picture = tmp_path / "blank.png"
    Image.new("L", (28, 28), 255).save(picture)
    done = hwr("predict", picture, "--format", "json", environment=beside)
    assert json.loads(done.stdout)
    assert done.stderr.count(note) == done.stderr.count("note:") == 1


def test_another_version_of_the_dataset_is_noted_by_evaluate(hwr_with_strokes: Hwr, tmp_path: Path) -> None:
    hwr, site = hwr_with_strokes, Site(tmp_path / "site")
    beside = {"PYTHONPATH": str(site.folder)}
    then = site.install("few", {"datasets": {"few": "few:Few"}}, {"few": FEW_STROKES}, version="1.0")
    hwr("train", "--dataset", "few", "--epochs", "1", "--hidden", "8", environment=beside)
    shutil.rmtree(then)
    site.install("few", {"datasets": {"few": "few:Few"}}, version="0.9")
    assert "trained with few 1.0, 0.9 is installed\n" in hwr("evaluate", environment=beside).stderr
    assert "note:" not in hwr("evaluate", "--dataset", "strokes", environment=beside).stderr


def test_the_worst_mistakes_are_shown_when_asked_for(trained: Hwr) -> None:
    assert "the worst mistakes" not in trained("evaluate").stdout
    shown = trained("evaluate", "--show-errors", "7", environment={"COLUMNS": "80"}).stdout.split("the worst mistakes")[
        1
    ]
    captions = [line.split() for line in shown.splitlines() if line.startswith("is ")]
    assert [len(words) for words in captions] == [10, 4]  # five side by side, then two; each "is 7"
    assert shown.count("read ") == 7
    braille = [line for line in shown.splitlines() if any(0x2800 < ord(character) < 0x2900 for character in line)]
    assert len(braille) in range(8, 15)
    narrow = trained(
        "evaluate", "--show-errors", "2", environment={"COLUMNS": "20", "PYTHONIOENCODING": "ascii"}
    ).stdout
    assert narrow.isascii()
    assert narrow.count("\nis ") == 2


def test_the_worst_mistakes_for_programs(trained: Hwr) -> None:
    shown = json.loads(trained("evaluate", "--format", "json", "--show-errors").stdout)
    found = shown["mistakes"]
    assert len(found) == 12
    assert [mistake["sure_of_truth"] for mistake in found] == sorted(mistake["sure_of_truth"] for mistake in found)
    assert all(mistake["truth"] != mistake["read"] and mistake["sure"] >= mistake["sure_of_truth"] for mistake in found)


def test_progress_is_shown_on_a_terminal_until_it_is_done(trained: Hwr) -> None:
    shown = run_on_terminal(trained, "evaluate")
    assert shown.index("4,000/4,000 images") < shown.index("accuracy")
