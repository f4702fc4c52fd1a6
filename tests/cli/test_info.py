"""`hwr info`: a model described for people and for programs."""

import json


def test_a_model_is_described_layer_by_layer(trained, tmp_path):
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
    assert any(line.startswith("test ") and line.endswith("of 4,000 pictures recognised") for line in lines)
    assert any(line.startswith("trained 1 epochs in ") for line in lines)
    assert any(line.startswith("settings hidden [16], activation relu") for line in lines)


def test_the_same_for_programs(trained):
    model = next((trained.data / "models").glob("*.safetensors"))
    described = json.loads(trained("info", model.stem, "--format", "json").stdout)
    assert described["model"] == str(model)
    assert described["layers"][0]["layer"] == "flatten"
    assert described["parameters"] == sum(layer["parameters"] for layer in described["layers"])
    assert described["classes"] == list("0123456789")
    assert described["refusal"] is None
    assert described["training"]["recipe"]["hidden"]


def test_what_is_no_model_is_told_in_one_line(trained, tmp_path):
    (tmp_path / "text").write_text("hello")
    done = trained("info", tmp_path / "text", status=1)
    assert done.stderr.count("\n") == 1
    assert "is no model" in done.stderr or "safetensors" in done.stderr


def test_bars_and_weights_are_drawn(trained):
    shown = trained("info", environment={"COLUMNS": "100"}).stdout
    rows = [line for line in shown.splitlines() if "█" in line]
    assert len(rows) == len(json.loads(trained("info", "--format", "json").stdout)["layers"])
    widths = [row.count("█") for row in rows]
    assert widths == sorted(widths, reverse=True)
    assert len({row.index("█") + row.count("█") / 2 for row in rows}) == 1  # all have the same centre
    tiles = shown.split("what the first layer looks for")[1].splitlines()
    assert len(tiles) == 1 + 2 * 8
    assert set("".join(tiles[1:])) <= set("=- +#")


def test_a_small_terminal_of_plain_characters_gets_all_words(trained):
    shown = trained("info", environment={"COLUMNS": "20", "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}).stdout
    assert shown.isascii()
    assert "\x1b" not in shown
    assert "\\u" not in shown
    tiles = shown.split("what the first layer looks for")[1].splitlines()
    assert max(map(len, tiles[1:])) <= 14
