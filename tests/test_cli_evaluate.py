"""`hwr evaluate`: the figures, in every form, and the gate for scripts."""

import csv
import io
import json

import pytest


def test_text_shows_everything(trained):
    shown = trained("evaluate").stdout
    for words in ("dataset   strokes: 4,000 pictures", "95 % interval", "precision", "recall", "F1", "confusion",
                  "most confused:"):  # fmt: skip
        assert words in shown


def test_json_and_csv_agree(trained):
    judged = json.loads(trained("evaluate", "--format", "json").stdout)
    assert set(judged) == {"accuracy", "interval", "count", "classes", "confusion", "dataset", "model"}
    assert judged["count"] == 4000
    right = sum(judged["confusion"][i][i] for i in range(10))
    assert judged["accuracy"] == pytest.approx(right / 4000)
    rows = list(csv.DictReader(io.StringIO(trained("evaluate", "--format", "csv").stdout)))
    assert [row["class"] for row in rows] == list("0123456789")
    for row in rows:
        score = judged["classes"][row["class"]]
        assert float(row["recall"]) == pytest.approx(score["recall"])
        assert int(row["count"]) == score["count"] == 400


def test_a_gate_for_scripts(trained):
    trained("evaluate", "--min-accuracy", "0.2")
    done = trained("evaluate", "--min-accuracy", "1", "--format", "json", status=4)
    assert json.loads(done.stdout)["accuracy"] < 1
    assert "below --min-accuracy 1" in done.stderr


def test_a_model_is_named_by_path_or_by_name(trained):
    path = next((trained.data / "models").glob("*.safetensors"))
    by_path = trained("evaluate", "--model", path).stdout
    assert trained("evaluate", "--model", path.stem).stdout == by_path
    assert trained("evaluate", "-m", path.name).stdout == by_path


def test_a_damaged_model_gets_one_line(trained, tmp_path):
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(next((trained.data / "models").glob("*.safetensors")).read_bytes()[:-100])
    done = trained("evaluate", "-m", path, status=1)
    assert "damaged" in done.stderr
    assert done.stderr.count("\n") == 1


def test_classes_that_differ_are_told(trained, tmp_path):
    from PIL import Image, ImageDraw

    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for i in range(5):
            picture = Image.new("L", (40, 40), 255)
            ImageDraw.Draw(picture).line((10, 5 + i, 30, 30), fill=0, width=4)
            picture.save(tmp_path / name / f"{i}.png")
    done = trained("evaluate", "--data", tmp_path, status=2)
    assert "cat, dog" in done.stderr
