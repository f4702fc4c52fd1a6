"""What `hwr train` does: the model it leaves, interruptions, checkpoints, and how it ends when something goes wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.models import model_file
from handwriting.training.checkpoint import INTERVAL
from handwriting.training.checkpoint import load as load_checkpoint
from tests.helpers.hwr import Hwr

QUICK = ("--dataset", "strokes", "--epochs", "2", "--hidden", "16", "--threads", "1")


def test_the_model_records_how_it_was_trained(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    shown = json.loads(trained("train", *QUICK, "--seed", 5, "-o", path, "--format", "json").stdout)
    model = model_file.load(path)
    assert model.training["recipe"]["seed"] == 5
    assert model.training["recipe"]["hidden"] == [16]
    assert model.training["dataset"]["name"] == "strokes"
    assert [epoch["number"] for epoch in model.training["history"]] == [1, 2]
    assert model.training["test"]["accuracy"] == shown["accuracy"]
    assert model.training["test"]["count"] == 4000
    assert set(model.training["versions"]) == {"handwriting", "numpy", "python"}
    assert shown["parameters"] == 12730
    evaluated = json.loads(trained("evaluate", "--model", path, "--format", "json").stdout)
    assert evaluated["accuracy"] == shown["accuracy"]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_and_threads_give_the_same_weights(trained: Hwr, tmp_path: Path, threads: int) -> None:
    vectors = []
    for name in ("a", "b"):
        trained("train", *QUICK, "--layer", "dropout:0.1", "--threads", threads, "-o", tmp_path / name)
        vectors.append(model_file.load(tmp_path / name).network.vector)
    assert (vectors[0] == vectors[1]).all()


ON_A_SMALL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
from handwriting.cli.main import main
main()
"""


def test_a_disk_too_full_for_the_report_costs_nothing_else(hwr_with_strokes: Hwr, tmp_path: Path) -> None:
    """The model is saved, and is the one in use; a limit on the size of files stands for a full disk."""
    pytest.importorskip("resource")
    hwr, report = hwr_with_strokes, tmp_path / "report.html"
    command = [sys.executable, "-c", ON_A_SMALL_DISK, "train", *QUICK, "--report", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, env=hwr.environment(), timeout=300)
    assert done.returncode == 1
    assert f"\nhwr: can't write {report}: File too large; " in f"\n{done.stderr}"
    (model,) = (hwr.data / "models").glob("*.safetensors")
    assert f"model     {model}" in hwr("info").stdout
    assert not report.exists()


def test_an_existing_file_is_not_replaced_unless_forced(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_text("precious")
    done = trained("train", *QUICK, "-o", path, status=1)
    assert "--force" in done.stderr
    assert path.read_text() == "precious"
    trained("train", *QUICK, "-o", path, "--force")
    assert model_file.load(path).class_names == tuple("0123456789")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("folder", "folder' is a directory"),
        ("file/below", "file' is not a folder"),
        ("no folder/deep/m", "create it with `mkdir -p '"),
    ],
)
def test_a_place_that_can_not_hold_a_file_is_wrong_usage(hwr: Hwr, tmp_path: Path, place: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    for option in ("--output", "--report", "--save-augmented"):
        path = tmp_path / (f"{place}.html" if option == "--report" and "deep" in place else place)
        line = hwr("train", *QUICK, "--augment", option, path, status=2).stderr
        assert words in line
        assert line.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_divergence_in_the_first_epoch_gives_advice_and_saves_nothing(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    done = trained("train", *QUICK, "--optimizer", "sgd", "--learning-rate", "1e18", "--schedule", "constant",
                   "-o", path, status=1)  # fmt: skip
    assert "try a smaller --learning-rate" in done.stderr
    assert not path.exists()


def start(run: Any, *arguments: Any, before: tuple[str, ...] = ()) -> Any:
    command = [*before, sys.executable, "-m", "handwriting", "train", "--dataset", "strokes", "--epochs", "500"]
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=run.environment(),
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interruption_keeps_what_was_trained(trained: Hwr, tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    path = tmp_path / "m.safetensors"
    process = start(trained, "-o", path)
    assert "epoch 1/500" in process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert "stopping after this batch" in err
    assert f"hwr train --force --resume {path}.checkpoint" in err
    assert "test accuracy" in out
    model = model_file.load(path)
    assert model.training["stopped"] is True
    assert 1 <= len(model.training["history"]) < 500


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_closed_terminal_keeps_what_was_trained(trained: Hwr, tmp_path: Path) -> None:
    """The streams are lost, and the signal comes twice: from the shell and from the system."""
    path = tmp_path / "m.safetensors"
    process = start(trained, "-o", path)
    assert "epoch 1/500" in process.stderr.readline()
    process.stdout.close()
    process.stderr.close()
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 128 + signal.SIGHUP
    assert model_file.load(path).training["stopped"] is True
    assert (tmp_path / "m.safetensors.checkpoint").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_nohup_lets_a_training_go_on(trained: Hwr, tmp_path: Path) -> None:
    process = start(trained, "--epochs", "6", "-o", tmp_path / "m", before=("nohup",))
    assert "epoch 1/6" in process.stderr.readline() + process.stderr.readline()  # the first line may be that of nohup
    process.send_signal(signal.SIGHUP)
    assert process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert len(model_file.load(tmp_path / "m").training["history"]) == 6


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_second_signal_leaves_a_checkpoint(trained: Hwr, tmp_path: Path) -> None:
    """It is written before the model is evaluated."""
    process = start(trained, "-o", tmp_path / "m")
    assert "epoch 1/500" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert any("continue with: " in line for line in process.stderr)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert load_checkpoint(tmp_path / "m.checkpoint").values


def test_the_first_checkpoint_is_written_early(trained: Hwr, tmp_path: Path) -> None:
    """A kill after that can't take all."""
    process = start(trained, "-o", tmp_path / "m")
    while not (tmp_path / "m.checkpoint").exists():
        assert process.stderr.readline()
    process.kill()
    process.communicate()
    assert load_checkpoint(tmp_path / "m.checkpoint").values["seconds"] < INTERVAL / 2


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_kill_leaves_the_old_model(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    trained("train", *QUICK, "-o", path)
    before = path.read_bytes()
    process = start(trained, "-o", path, "--force")
    process.stderr.readline()
    process.kill()
    process.communicate()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["m.safetensors"]


def test_eight_processes_at_once_leave_one_complete_model(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "same.safetensors"
    command: list[Any] = [sys.executable, "-m", "handwriting", "train", *QUICK, "--epochs", "1", "-o", path, "--force"]
    running = [
        subprocess.Popen(command, env=trained.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    errors = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 8, errors
    assert model_file.load(path).training["dataset"]["name"] == "strokes"


@pytest.mark.skipif(os.name != "posix", reason="needs resource limits")
def test_a_full_disk_is_reported_in_one_line(trained: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "from handwriting.cli.main import main; sys.argv[0] = 'hwr'; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, "train", *QUICK, "-o", path], capture_output=True, text=True,
                          env=trained.environment())  # fmt: skip
    assert done.returncode == 1
    assert f"can't write {path}" in done.stderr
    assert list(tmp_path.iterdir()) == []


SIX_EPOCHS = (
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


CHECKPOINT_AFTER_EACH_EPOCH = """
from handwriting.training import checkpoint
from handwriting.cli.main import hwr

checkpoint.FIRST = checkpoint.INTERVAL = 0.0
hwr()
"""


def killed_after(hwr: Hwr, tmp_path: Path, event: Any, number: Any) -> Any:
    """Start a training that writes a checkpoint after each epoch, and send it a signal after `number` epochs."""
    place = tmp_path / "m.safetensors"
    command: list[Any] = [
        sys.executable,
        "-c",
        CHECKPOINT_AFTER_EACH_EPOCH,
        *SIX_EPOCHS,
        "--format",
        "jsonl",
        "-o",
        place,
    ]
    with subprocess.Popen(command, env=hwr.environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for _ in range(number):
            process.stdout.readline()
        process.send_signal(event)
        process.wait(60)
    return place


@pytest.mark.parametrize("event", [signal.SIGKILL, signal.SIGINT])
def test_a_resumed_training_gives_the_same_bits(trained: Hwr, tmp_path: Path, event: Any) -> None:
    whole = tmp_path / "whole"
    trained(*SIX_EPOCHS, "-o", whole)
    place = killed_after(trained, tmp_path, event, 2)
    assert place.exists() == (event == signal.SIGINT)  # Ctrl-C saves the model, too
    checkpoint = tmp_path / "m.safetensors.checkpoint"
    done = trained("train", "--resume", checkpoint, "--force")
    assert "epoch 6/6" in done.stderr
    assert "epoch 1/6" not in done.stderr
    assert not checkpoint.exists()
    first, second = (model_file.load(path) for path in (place, whole))
    assert np.array_equal(first.network.vector, second.network.vector)
    assert first.training["test"] == second.training["test"]
    assert len(first.training["history"]) == 6


def test_without_a_checkpoint_training_continues_with_a_message(trained: Hwr, tmp_path: Path) -> None:
    (tmp_path / "m.safetensors.checkpoint" / "in the way").mkdir(parents=True)
    command: list[Any] = [
        sys.executable,
        "-c",
        CHECKPOINT_AFTER_EACH_EPOCH,
        *SIX_EPOCHS,
        "-o",
        tmp_path / "m.safetensors",
    ]
    done = subprocess.run(command, env=trained.environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr.count("no checkpoint can be kept: ") == 1
    assert "epoch 6/6" in done.stderr
    assert len(model_file.load(tmp_path / "m.safetensors").training["history"]) == 6


def test_resuming_needs_a_checkpoint_and_nothing_else(trained: Hwr, tmp_path: Path) -> None:
    checkpoint = tmp_path / "m.checkpoint"
    checkpoint.write_bytes(b"nothing")
    assert "damaged" in trained("train", "--resume", checkpoint, status=1).stderr
    for more in (("--epochs", "3"), ("--print-config",), ("--save-augmented", tmp_path / "a.png")):
        assert "give neither" in trained("train", "--resume", checkpoint, *more, status=2).stderr
    trained("train", *QUICK, "-o", tmp_path / "model")
    assert "is not a checkpoint" in trained("train", "--resume", tmp_path / "model", status=1).stderr
