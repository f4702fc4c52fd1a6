"""`train`: what it returns, what it shows, how it is interrupted, and what it refuses."""

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting import HandwritingError, train
from handwriting.nn.network import Network
from handwriting.training.events import Epoch, Step

QUICK: dict[str, Any] = {"dataset": "strokes", "hidden": 16, "epochs": 1, "threads": 1}


def test_a_model_is_trained_in_one_line_and_nothing_is_written(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = train(**QUICK)
    assert model.trained_on == "strokes"
    assert model.test_accuracy is not None
    assert 0.3 < model.test_accuracy < 1
    assert model.evaluate().accuracy == model.test_accuracy
    assert not (data / "models").exists()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("progress", [None, True])
def test_a_program_without_standard_streams_can_train(
    data: Path, monkeypatch: pytest.MonkeyPatch, progress: bool | None
) -> None:
    """As pythonw on Windows, and some services."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert train(**QUICK, progress=progress).test_accuracy


def test_values_may_be_written_as_in_python(data: Path) -> None:
    model = train(**QUICK | {"hidden": np.array([8]), "epochs": np.int64(1), "layers": "dropout:0.1", "augment": True})
    recipe = model.training["recipe"]
    assert (recipe["hidden"], recipe["layers"], recipe["augment"]) == ((8,), ("dropout:0.1",), "")


def test_a_preset_is_where_settings_start_from(data: Path) -> None:
    recipe = train(**QUICK, preset="dense", time_limit=0.1, augment=False).training["recipe"]
    assert recipe["hidden"] == (16,)
    assert recipe["weight_decay"] > 0


def test_every_event_is_told(data: Path) -> None:
    events: list[Step | Epoch] = []
    train(**QUICK, on_event=events.append)
    assert len(events) == 201
    assert isinstance(events[0], Step)
    assert isinstance(events[-1], Epoch)


def test_progress_is_shown_if_asked(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(**QUICK, progress=True)
    out, err = capsys.readouterr()
    assert out.startswith("dataset   strokes: 19,000 training")
    assert out.splitlines()[-1].startswith("after     ")
    assert "epoch 1/1" in err


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_at_a_prompt_an_interruption_keeps_what_was_trained(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    steps: list[Step | Epoch] = []

    def interrupt(event: Step | Epoch) -> None:
        steps.append(event)
        if len(steps) == 20:
            os.kill(os.getpid(), signal.SIGINT)

    model = train(**QUICK, on_event=interrupt)
    assert len(steps) <= 22
    assert model.training["stopped"] is True
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_in_a_script_an_interruption_ends_it(data: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(**QUICK, on_event=lambda event: os.kill(os.getpid(), signal.SIGINT))


def test_a_divergence_after_the_first_epoch_is_a_warning(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    networks: list[Network] = []
    build = Network.build

    def build_and_keep(*given: Any) -> Network:
        networks.append(build(*given))
        return networks[0]

    def damage(event: Step | Epoch) -> None:
        if isinstance(event, Epoch):
            networks[0].vector[:] = np.nan

    monkeypatch.setattr(Network, "build", build_and_keep)
    with pytest.warns(UserWarning, match="the weights after epoch 1 are kept"):
        model = train(**QUICK | {"epochs": 2}, on_event=damage)
    assert np.isfinite(model.network.vector).all()


def test_without_mnist_a_warning_says_what_is_used(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = train(**QUICK | {"dataset": "auto"})
    assert any("NOTE: MNIST can't be had here" in str(one.message) for one in caught)
    assert model.trained_on == "strokes"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"epoch": 3}, "no setting 'epoch'"),
        ({"hidden": "many"}, "hidden takes a whole number"),
        ({"epochs": -1}, "at least 1"),
        ({"dataset": "mist"}, "did you mean mnist"),
        ({"preset": "slow"}, "there is no preset"),
        ({"data": np.zeros((5, 784))}, "DigitClassifier"),
    ],
)
def test_what_is_wrong_is_said_before_training(data: Path, wrong: Any, told: str) -> None:
    with pytest.raises(HandwritingError, match=told):
        train(**{"hidden": 8, "dataset": "strokes"} | wrong)
