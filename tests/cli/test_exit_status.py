"""Exit statuses, and the line on standard error that says why."""

import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner

from handwriting.cli.main import hwr as group
from tests.helpers.hwr import Hwr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "No such command 'trian'"),
        (["train", "--hidden", "0"], "hidden must be at least 1"),
        (["train", "--hidden", "many"], "--hidden"),
        (["train", "--batch-size", "half"], "neither a whole number nor 'full'"),
        (["train", "--epochs", "-1"], "epochs must be at least 1"),
        (["train", "--learning-rate", "0"], "learning_rate must be above 0"),
        (["train", "--validation", "1"], "validation must be at least 0 and below 1"),
        (["train", "--loss", "hinge"], "cross-entropy"),
        (["train", "--schedule", "rising"], "one-cycle"),
        (["train", "--data", "no-such-folder"], "no-such-folder"),
        (["predict"], "Missing argument"),
        (["predict", "x.png", "--format", "xml"], "jsonl"),
        (["evaluate", "--min-accuracy", "98"], "--min-accuracy"),
        (["download", "--from", ".", "--mirror", "http://127.0.0.1:9/"], "can't both"),
        (["download", "--dataset", "strokes", "--verify"], "strokes"),
    ],
)
def test_wrong_usage_has_status_2(hwr: Hwr, arguments: Any, words: str) -> None:
    done = hwr(*arguments, status=2)
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--dataset", "minst"], "did you mean mnist?"),
        (["train", "--dataset", "strokes", "--activation", "rleu"], "did you mean relu"),
        (["train", "--dataset", "strokes", "--optimizer", "adams"], "did you mean adam?"),
        (["train", "--dataset", "strokes", "--layer", "dense:64"], "put the layer `flatten` before it"),
        (["train", "--dataset", "strokes", "--layer", "dropout:2"], "rate must be at least 0 and below 1"),
        (["train", "--dataset", "strokes", "--layer", "dropout:rage=1"], "its settings: rate: float = 0.5"),
        (["evaluate", "--model", "no.safetensors"], "no model file no.safetensors"),
    ],
)
def test_a_failure_is_reported_in_one_line_and_has_status_1(trained: Hwr, hwr: Hwr, arguments: Any, words: str) -> None:
    run = trained if "strokes" in arguments else hwr
    done = run(*arguments, status=1)
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("hwr: ")
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["--debug", "evaluate"], ["evaluate", "--debug"]])
def test_debug_shows_a_traceback(hwr: Hwr, arguments: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handwriting", *arguments], capture_output=True, text=True, env=hwr.environment()
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_bug_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from handwriting.registry import listings

    monkeypatch.setattr(listings, "listings", lambda: 1 / 0)
    result = CliRunner().invoke(group, ["plugins"])
    assert result.exit_code == 1
    assert result.stderr == "hwr: this is a bug in hwr: ZeroDivisionError: division by zero (--debug shows where)\n"


def test_a_closed_pipe_is_not_an_error(trained: Hwr) -> None:
    command = f"{sys.executable} -m handwriting evaluate | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=trained.environment())
    assert done.stdout.startswith("model")
    assert done.stderr == ""
