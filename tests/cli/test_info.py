"""`hwr info`: a model as text and as JSON."""

import json
from pathlib import Path

from handwriting.models import model_file
from tests.helpers.hwr import Hwr


def test_a_model_is_described_layer_by_layer(trained: Hwr, tmp_path: Path) -> None:
    place = tmp_path / "m.safetensors"
    layers = (
        "--layer",
        "conv2d:4,kernel=5,stride=2",
        "--layer",
        "batch-norm",
        "--layer",
        "relu",
        "--layer",
        "max-pool",
    )
    trained("train", "--dataset", "strokes", *layers, "--hidden", "16", "--epochs", "1", "--threads", "1", "-o", place)
    lines = [" ".join(line.split()) for line in trained("info", place).stdout.splitlines()]
    for row in (
        "conv2d:4,kernel=5,stride=2 28x28x1 12x12x4 104",
        "batch-norm 12x12x4 12x12x4 8",
        "dense:16 144 16 2,320",
    ):
        assert any(line.startswith(row) for line in lines)
    assert "dataset strokes" in lines
    assert any(line.startswith("test ") and line.endswith("accuracy on 4,000 images") for line in lines)
    assert any(line.startswith("trained 1 epoch in ") for line in lines)
    assert any(line.startswith("settings hidden [16], activation relu") for line in lines)


def test_settings_that_the_network_has_no_use_for_are_not_shown(trained: Hwr, tmp_path: Path) -> None:
    place = tmp_path / "m.safetensors"
    quick = ("--dataset", "strokes", "--epochs", "1", "--threads", "1")
    trained("train", *quick, "--layer", "dropout:0.1", "-o", place, "--report", tmp_path / "r.html")
    settings = trained("info", place).stdout.partition("\nsettings ")[2].partition("\nmade with")[0]
    assert "optimizer adam" in settings
    assert "batch size auto" in settings
    assert "activation" not in settings
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<dt>optimizer</dt>" in page
    assert "<dt>activation</dt>" not in page
    assert ">1 epoch<" in page


def test_threads_and_date_of_the_training_are_shown_where_they_are_known(trained: Hwr, tmp_path: Path) -> None:
    model = model_file.load(next((trained.data / "models").glob("*.safetensors")))
    for date, shown in (("2026-11-29T05:14:20+00:00", "2026-11-29 05:14 UTC"), (None, None)):
        model.training.pop("date", None)
        model.training.update({"date": date, "threads": 3} if date else {})
        model_file.save(model, tmp_path / "m.safetensors")
        lines = trained("info", tmp_path / "m.safetensors").stdout.splitlines()
        assert "threads   3" in lines
        assert [line for line in lines if line.startswith("date ")] == ([f"date      {shown}"] if shown else [])


def test_a_model_as_json(trained: Hwr) -> None:
    model = next((trained.data / "models").glob("*.safetensors"))
    described = json.loads(trained("info", model.stem, "--format", "json").stdout)
    assert described["model"] == str(model)
    assert described["layers"][0]["layer"] == "flatten"
    assert described["parameters"] == sum(layer["parameters"] for layer in described["layers"])
    assert described["classes"] == list("0123456789")
    assert described["refusal"] is None
    assert described["training"]["recipe"]["hidden"]


def test_another_file_is_reported_in_one_line(trained: Hwr, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    done = trained("info", tmp_path / "text", status=1)
    assert done.stderr.count("\n") == 1
    assert "is no model" in done.stderr or "safetensors" in done.stderr


def test_bars_and_weights_are_drawn(trained: Hwr) -> None:
    shown = trained("info", environment={"COLUMNS": "100"}).stdout
    rows = [line for line in shown.splitlines() if "█" in line]
    assert len(rows) == len(json.loads(trained("info", "--format", "json").stdout)["layers"])
    widths = [row.count("█") for row in rows]
    assert widths == sorted(widths, reverse=True)
    assert len({row.index("█") + row.count("█") / 2 for row in rows}) == 1  # all have the same centre
    images = shown.split("weights of the first layer")[1].splitlines()
    assert len(images) == 1 + 2 * 8
    assert set("".join(images[1:])) <= set("=- +#")


def test_a_small_ascii_terminal_gets_plain_characters(trained: Hwr) -> None:
    shown = trained("info", environment={"COLUMNS": "20", "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}).stdout
    assert shown.isascii()
    assert "\x1b" not in shown
    assert "\\u" not in shown
    images = shown.split("weights of the first layer")[1].splitlines()
    assert max(map(len, images[1:])) <= 14
