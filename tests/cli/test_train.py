"""`hwr train`: its output, the network that the options describe, presets, settings files and augmentation."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handwriting.models import model_file
from handwriting.training import presets, recipe_toml
from tests.helpers.hwr import Hwr

QUICK = ("--dataset", "strokes", "--epochs", "2", "--hidden", "16", "--threads", "1")


def test_text_shows_everything(trained: Hwr) -> None:
    done = trained("train", *QUICK)
    for words in ("19,000 training, 1,000 validation and 4,000 test images",
                  "784 -> 16 relu -> 10, 12,730 parameters", "before", "test accuracy",
                  "the first test image is read as", "model "):  # fmt: skip
        assert words in done.stdout
    *lines, note = done.stderr.splitlines()
    assert [line.partition("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert note.startswith("this model is used from now on")
    assert all(word in lines[0] for word in ("cost", "validation", "images/s", "s left"))


def test_jsonl_has_a_line_for_each_epoch_and_one_for_the_result(trained: Hwr, tmp_path: Path) -> None:
    done = trained("train", *QUICK, "--format", "jsonl", "-o", tmp_path / "m.safetensors")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events] == ["epoch", "epoch", "done"]
    assert events[1]["cost"] < events[0]["cost"]
    assert done.stderr == ""


def test_layers_and_hidden_layers_are_stacked(trained: Hwr) -> None:
    done = trained("train", *QUICK, "--layer", "flatten", "--layer", "dropout:0.1", "--hidden", "8",
                   "--activation", "leaky-relu:0.2")  # fmt: skip
    assert "784 -> dropout:0.1 -> 16 leaky-relu:0.2 -> 8 leaky-relu:0.2 -> 10" in done.stdout


def test_layers_alone_make_a_network_without_hidden_layers(trained: Hwr) -> None:
    done = trained("train", "--dataset", "strokes", "--epochs", "1", "--layer", "dropout:0.1")
    assert "28x28x1 -> dropout:0.1 -> 784 -> 10, 7,850 parameters" in done.stdout


def test_printed_settings_can_be_read_again(trained: Hwr, tmp_path: Path) -> None:
    options = ("--hidden", "12", "--layer", "dropout:0.1", "--average", "0.9", "--batch-size", "full", "--seed", "3")
    printed = trained("train", *options, "--dataset", "strokes", "--print-config").stdout
    config = tmp_path / "mine.toml"
    config.write_text(printed)
    assert trained("train", "--config", config, "--print-config").stdout == printed
    assert 'batch_size = "full"\n' in printed
    name = '\U0001f642 "é"\x1b\x7f\x9b\u202e\n'
    config.write_text(trained("train", "--dataset", name, "--print-config").stdout, "utf-8")
    assert recipe_toml.read(config)["dataset"] == name
    config.write_text(printed)
    changed = trained("train", "--config", config, "--print-config", "--seed", "4").stdout
    assert changed == printed.replace("seed = 3", "seed = 4")


def test_options_override_a_preset(trained: Hwr) -> None:
    shown = trained("train", "--help").stdout
    for name in presets.names():
        assert name in shown
        assert "hidden = [" in trained("train", "--preset", name, "--print-config").stdout
    assert "hidden = [64, 32]" in trained(
        "train", "--preset", "dense", "--hidden", "64", "--hidden", "32", "--print-config"
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hiden = [3]", "there is no setting 'hiden'; did you mean hidden?"),
        ("hidden = 3", "hidden takes a list of int"),
        ("epochs = true", "epochs takes a whole number, not"),
        ("dataset = 3", "dataset must be a name"),
        ("activation =", "is not valid TOML"),
        ("activation = 'rleu'", "did you mean relu"),
        ("\xff", "valid TOML"),
        (f"epochs = {'9' * 5000}", "too many digits"),
        (f"hidden = {'[' * 3000}1{']' * 3000}", "too many brackets"),
        (f"{'.'.join(['a'] * 20_000)} = 1", "longer than 16 KiB"),
        (f"{'a' * 16_000} = 1", "there is no setting"),
    ],
)
def test_a_bad_settings_file_stands_for_bad_options(trained: Hwr, tmp_path: Path, text: str, words: str) -> None:
    config = tmp_path / "bad.toml"
    config.write_text(text, "utf-8")
    failed = trained("train", "--config", config, "--dataset", "strokes", status=2)
    assert words in failed.stderr
    assert failed.stderr.count("\n") == 1
    assert len(failed.stderr) < 500


def test_a_settings_file_may_begin_with_a_byte_order_mark(trained: Hwr, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("epochs = 7", "utf-8-sig")
    assert "epochs = 7\n" in trained("train", "--config", tmp_path / "mine.toml", "--print-config").stdout


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_settings_file_without_an_end_is_refused(trained: Hwr) -> None:
    assert "longer than 16 KiB" in trained("train", "--config", "/dev/zero", status=2).stderr


def test_augmentation_changes_the_weights_and_can_be_drawn(trained: Hwr, tmp_path: Path) -> None:
    plain, changed, sheet = tmp_path / "plain", tmp_path / "changed", tmp_path / "sheet.png"
    trained("train", *QUICK, "-o", plain)
    trained("train", *QUICK, "--augment", "--save-augmented", sheet, "-o", changed)
    first, second = (model_file.load(path).network.vector for path in (plain, changed))
    assert not np.array_equal(first, second)
    assert model_file.load(changed).training["recipe"]["augment"] == ""
    with Image.open(sheet) as picture:
        assert picture.size == (17 * 64, 12 * 64)
        assert len(set(picture.get_flattened_data())) > 100


def test_augmentation_has_settings(trained: Hwr, tmp_path: Path) -> None:
    assert 'augment = "rotation=30,elastic=0"' in trained(
        "train", "--augment", "rotation=30,elastic=0", "--print-config"
    ).stdout  # fmt: skip
    failed = trained("train", *QUICK, "--augment", "rotate=30", status=2)
    assert "augment has no setting 'rotate'; did you mean rotation? its settings: rotation: float = 10" in failed.stderr
    assert "give --augment as well" in trained("train", "--save-augmented", tmp_path / "a.png", status=2).stderr


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("loss = 'msee'", "there is no loss 'msee'; did you mean mse?"),
        ("loss = 'mse:2'", "mse: label_smoothing must be"),
        ("optimizer = 'adan'", "there is no optimizer 'adan'; did you mean adam?"),
        ("activation = 'rello'", "there is no activation 'rello'; did you mean relu"),
        ("layers = ['dropout:2']", "dropout: rate must be"),
        ("initializer = 'hee'", "there is no initializer 'hee'; did you mean he?"),
        ("schedule = 'weekly'", "there is no schedule 'weekly'"),
        ("augment = 'rotation=999'", "augment: rotation must be from 0 to 180"),
        ("dataset = 'mnsit'", "there is no dataset 'mnsit'; did you mean mnist?"),
    ],
)
def test_a_part_that_a_settings_file_names_is_refused_with_the_name_of_the_file(
    hwr: Hwr, tmp_path: Path, setting: str, words: str
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text(setting, "utf-8")
    name, _, given = setting.replace("[", "").replace("]", "").replace("'", "").partition(" = ")
    option = f"--{name.replace('layers', 'layer')}"
    assert hwr("train", "--config", config, status=2).stderr.startswith(f"hwr: {config}: {words}")
    assert hwr("train", "--config", config, option, given, status=2).stderr.startswith(f"hwr: {words}")


def test_a_name_that_does_not_exist_leaves_no_folder(hwr: Hwr) -> None:
    for options in (("--dataset", "mnsit"), ("--loss", "msee"), ("--dataset", "strokes:seed=x")):
        hwr("train", *options, status=2)
    assert not (hwr.data / "models").exists()
