"""`hwr train`: the story it tells, the model it leaves, and how it ends when things go wrong."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib

import numpy as np
import pytest
from PIL import Image

from handwriting.models import model_file
from handwriting.training import recipe_toml

QUICK = ("--dataset", "strokes", "--epochs", "2", "--hidden", "16", "--threads", "1")


def test_tells_the_whole_story(trained):
    done = trained("train", *QUICK)
    for words in ("19,000 pictures to learn from, 1,000 to check with, 4,000 for the test",
                  "784 -> 16 relu -> 10, 12,730 parameters", "before", "of the test set recognised",
                  "the first test picture is read as", "model "):  # fmt: skip
        assert words in done.stdout
    lines = done.stderr.splitlines()
    assert [line.partition("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert all(word in lines[0] for word in ("cost", "validation", "images/s", "s left"))


def test_the_model_remembers_how_it_came_to_be(trained, tmp_path):
    path = tmp_path / "m.safetensors"
    shown = json.loads(trained("train", *QUICK, "--seed", 5, "-o", path, "--format", "json").stdout)
    model = model_file.load(path)
    assert model.training["recipe"]["seed"] == 5
    assert model.training["recipe"]["hidden"] == [16]
    assert model.training["dataset"] == {"name": "strokes"}
    assert [epoch["number"] for epoch in model.training["history"]] == [1, 2]
    assert model.training["test"]["accuracy"] == shown["accuracy"]
    assert model.training["test"]["count"] == 4000
    assert set(model.training["versions"]) == {"handwriting", "numpy", "python"}
    assert shown["parameters"] == 12730
    judged = json.loads(trained("evaluate", "--model", path, "--format", "json").stdout)
    assert judged["accuracy"] == shown["accuracy"]


def test_json_lines_come_one_an_epoch(trained, tmp_path):
    done = trained("train", *QUICK, "--format", "jsonl", "-o", tmp_path / "m.safetensors")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events] == ["epoch", "epoch", "done"]
    assert events[1]["cost"] < events[0]["cost"]
    assert done.stderr == ""


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_and_threads_give_the_same_file_of_weights(trained, tmp_path, threads):
    vectors = []
    for name in ("a", "b"):
        trained("train", *QUICK, "--layer", "dropout:0.1", "--threads", threads, "-o", tmp_path / name)
        vectors.append(model_file.load(tmp_path / name).network.vector)
    assert (vectors[0] == vectors[1]).all()


def test_layers_and_hidden_units_stack_up(trained):
    done = trained("train", *QUICK, "--layer", "flatten", "--layer", "dropout:0.1", "--hidden", "8",
                   "--activation", "leaky-relu:0.2")  # fmt: skip
    assert "784 -> dropout:0.1 -> 16 leaky-relu:0.2 -> 8 leaky-relu:0.2 -> 10" in done.stdout


def test_layers_alone_make_a_network_without_hidden_units(trained):
    done = trained("train", "--dataset", "strokes", "--epochs", "1", "--layer", "dropout:0.1")
    assert "28x28x1 -> dropout:0.1 -> 784 -> 10, 7,850 parameters" in done.stdout


def test_an_existing_file_is_not_replaced_unless_forced(trained, tmp_path):
    path = tmp_path / "mine.safetensors"
    path.write_text("precious")
    done = trained("train", *QUICK, "-o", path, status=1)
    assert "--force" in done.stderr
    assert path.read_text() == "precious"
    trained("train", *QUICK, "-o", path, "--force")
    assert model_file.load(path).class_names == tuple("0123456789")


@pytest.mark.parametrize("place", ["folder", "file/below"])
def test_a_place_that_can_not_be_written_is_told_before_training(trained, tmp_path, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    done = trained("train", *QUICK, "-o", tmp_path / place, status=1)
    assert "epoch" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_divergence_gives_advice_and_saves_nothing_if_nothing_was_learnt(hwr, trained, tmp_path):
    path = tmp_path / "m.safetensors"
    done = trained("train", *QUICK, "--optimizer", "sgd", "--learning-rate", "1e30", "--schedule", "constant",
                   "-o", path, status=1)  # fmt: skip
    assert "try a smaller --learning-rate" in done.stderr
    assert not path.exists()


def start(run, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "handwriting", "train", "--dataset", "strokes", "--epochs", "500", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=run.environment(),
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_keeps_what_was_learnt(trained, tmp_path, number, status):
    path = tmp_path / "m.safetensors"
    process = start(trained, "-o", path)
    assert "epoch 1/500" in process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == status
    assert "stopping after this batch" in err
    assert "of the test set recognised" in out
    model = model_file.load(path)
    assert model.training["stopped"] is True
    assert 1 <= len(model.training["history"]) < 500


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_kill_leaves_the_old_model_in_its_place(trained, tmp_path):
    path = tmp_path / "m.safetensors"
    trained("train", *QUICK, "-o", path)
    before = path.read_bytes()
    process = start(trained, "-o", path, "--force")
    process.stderr.readline()
    process.kill()
    process.communicate()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["m.safetensors"]


def test_eight_at_once_leave_one_whole_model(trained, tmp_path):
    path = tmp_path / "same.safetensors"
    command = [sys.executable, "-m", "handwriting", "train", *QUICK, "--epochs", "1", "-o", path, "--force"]
    running = [
        subprocess.Popen(command, env=trained.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    faults = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 8, faults
    assert model_file.load(path).training["dataset"] == {"name": "strokes"}


@pytest.mark.skipif(os.name != "posix", reason="needs resource limits")
def test_a_full_disk_is_told_in_one_line(trained, tmp_path):
    path = tmp_path / "m.safetensors"
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "from handwriting.cli import main; sys.argv[0] = 'hwr'; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, "train", *QUICK, "-o", path], capture_output=True, text=True,
                          env=trained.environment())  # fmt: skip
    assert done.returncode == 1
    assert f"can't write {path}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_mnist_and_without_network_it_falls_back_to_strokes_and_says_so(trained, tmp_path):
    nowhere = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    started = time.monotonic()
    done = trained("train", "--epochs", "1", "--hidden", "16", environment=nowhere)
    assert time.monotonic() - started < 60
    assert "NOTE: MNIST can't be had here" in done.stderr
    assert "strokes: 19,000" in done.stdout


def test_the_dataset_mnist_is_strict(hwr):
    done = hwr("train", "--dataset", "mnist", status=1, environment={"https_proxy": "http://127.0.0.1:9"})
    assert "hwr download --from DIR" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("hwr: ")


# Settings from files


def test_the_printed_settings_give_the_same_training_again(trained, tmp_path):
    options = ("--hidden", "12", "--layer", "dropout:0.1", "--average", "0.9", "--batch-size", "full", "--seed", "3")
    printed = trained("train", *options, "--dataset", "strokes", "--print-config").stdout
    config = tmp_path / "mine.toml"
    config.write_text(printed)
    assert trained("train", "--config", config, "--print-config").stdout == printed
    assert 'batch_size = "full"\n' in printed
    config.write_text(trained("train", "--dataset", '\U0001f642 "é"', "--print-config").stdout, "utf-8")
    assert recipe_toml.read(config)["dataset"] == '\U0001f642 "é"'
    config.write_text(printed)
    changed = trained("train", "--config", config, "--print-config", "--seed", "4").stdout
    assert changed == printed.replace("seed = 3", "seed = 4")


def _settings(toml, *names):
    return [tomllib.loads(toml)[name] for name in names]


def test_presets_are_recipes_that_options_may_change(trained):
    told = trained("train", "--help").stdout
    for name in recipe_toml.presets():
        assert name in told
        assert "hidden = [" in trained("train", "--preset", name, "--print-config").stdout
    fast = trained("train", "--preset", "fast", "--print-config").stdout
    plain = trained("train", "--print-config").stdout
    assert _settings(fast, "layers", "hidden", "activation") == _settings(plain, "layers", "hidden", "activation")
    assert "epochs = 8\n" in fast
    assert "hidden = [64, 32]" in trained(
        "train", "--preset", "fast", "--hidden", "64", "--hidden", "32", "--print-config"
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hiden = [3]", "unknown setting 'hiden'"),
        ("hidden = 3", "hidden takes a list of int"),
        ("epochs = true", "epochs takes int, not"),
        ("dataset = 3", "dataset must be a name"),
        ("activation =", "is not valid TOML"),
        ("activation = 'rleu'", "did you mean relu"),
        ("\xff", "valid TOML"),
    ],
)
def test_what_is_wrong_in_a_file_of_settings_is_told_in_one_line(trained, tmp_path, text, words):
    config = tmp_path / "bad.toml"
    config.write_text(text, "utf-8")
    failed = trained("train", "--config", config, "--dataset", "strokes", status=1)
    assert words in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_an_unknown_preset_names_those_there_are(trained):
    assert "fast" in trained("train", "--preset", "fats", status=1).stderr


# Going on


ENDLESS = (
    "train",
    "--dataset",
    "strokes",
    "--hidden",
    "16",
    "--epochs",
    "6",
    "--layer",
    "dropout:0.1",
    "--threads",
    "1",
)


IMPATIENT = """
from handwriting.training import checkpoint
from handwriting.cli import hwr

checkpoint.INTERVAL = 0.0
hwr()
"""


def killed_after(hwr, tmp_path, event, number):
    """Start a training that leaves a checkpoint every epoch, and kill it after so many of its epochs."""
    place = tmp_path / "m.safetensors"
    command = [sys.executable, "-c", IMPATIENT, *ENDLESS, "--format", "jsonl", "-o", place]
    with subprocess.Popen(command, env=hwr.environment(), stdout=subprocess.PIPE, text=True) as process:
        for _ in range(number):
            process.stdout.readline()
        process.send_signal(event)
        process.wait(60)
    return place


@pytest.mark.parametrize("event", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_training_goes_on_bit_for_bit(trained, tmp_path, event):
    whole = tmp_path / "whole"
    trained(*ENDLESS, "-o", whole)
    place = killed_after(trained, tmp_path, event, 2)
    assert place.exists() == (event == signal.SIGINT)  # Ctrl-C keeps what was learnt, too
    checkpoint = tmp_path / "m.safetensors.checkpoint"
    done = trained("train", "--resume", checkpoint, "--force")
    assert "epoch 6/6" in done.stderr
    assert "epoch 1/6" not in done.stderr
    assert not checkpoint.exists()
    first, second = (model_file.load(path) for path in (place, whole))
    assert np.array_equal(first.network.vector, second.network.vector)
    assert first.training["test"] == second.training["test"]
    assert len(first.training["history"]) == 6


def test_where_no_checkpoint_can_be_kept_training_goes_on_and_says_so(trained, tmp_path):
    (tmp_path / "m.safetensors.checkpoint" / "in the way").mkdir(parents=True)
    command = [sys.executable, "-c", IMPATIENT, *ENDLESS, "-o", tmp_path / "m.safetensors"]
    done = subprocess.run(command, env=trained.environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr.count("no checkpoint can be kept: ") == 1
    assert "epoch 6/6" in done.stderr
    assert len(model_file.load(tmp_path / "m.safetensors").training["history"]) == 6


def test_resuming_needs_a_checkpoint_and_nothing_else(trained, tmp_path):
    checkpoint = tmp_path / "m.checkpoint"
    checkpoint.write_bytes(b"nothing")
    assert "damaged" in trained("train", "--resume", checkpoint, status=1).stderr
    for more in (("--epochs", "3"), ("--print-config",), ("--save-augmented", tmp_path / "a.png")):
        assert "give neither" in trained("train", "--resume", checkpoint, *more, status=2).stderr
    trained("train", *QUICK, "-o", tmp_path / "model")
    assert "is not a checkpoint" in trained("train", "--resume", tmp_path / "model", status=1).stderr


# Augmentation


def test_augmentation_changes_what_is_learnt_and_can_be_looked_at(trained, tmp_path):
    plain, changed, sheet = tmp_path / "plain", tmp_path / "changed", tmp_path / "sheet.png"
    trained("train", *QUICK, "-o", plain)
    trained("train", *QUICK, "--augment", "--save-augmented", sheet, "-o", changed)
    assert not np.array_equal(*(model_file.load(path).network.vector for path in (plain, changed)))
    assert model_file.load(changed).training["recipe"]["augment"] == ""
    with Image.open(sheet) as picture:
        assert picture.size == (17 * 64, 12 * 64)
        assert len(set(picture.get_flattened_data())) > 100


def test_augmentation_has_settings(trained, tmp_path):
    assert 'augment = "rotation=30,elastic=0"' in trained(
        "train", "--augment", "rotation=30,elastic=0", "--print-config"
    ).stdout  # fmt: skip
    failed = trained("train", *QUICK, "--augment", "rotate=30", status=1)
    assert "augment has no setting 'rotate'; its settings: rotation: float = 10" in failed.stderr
    assert "give that, too" in trained("train", "--save-augmented", tmp_path / "a.png", status=2).stderr
