"""Exit statuses, and the line on standard error that says why."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handwriting.cli.main import hwr as group
from tests.helpers.hwr import Hwr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "No such command 'trian'. Did you mean 'train'?"),
        (["--hiden"], "No such option '--hiden'"),
        (["train", "--hiden", "3"], "'--hidden'"),
        (["train", "--hidden", "0"], "hidden must be at least 1"),
        (["train", "--hidden", "many"], "hidden takes a whole number, not 'many'"),
        (["train", "--epochs", "1e9"], "epochs takes a whole number, not '1e9'"),
        (["train", "--average", "much"], "average takes a number, not 'much'"),
        (["train", "--threads", "many"], "'many' is not a valid whole number"),
        (["train", "--threads", "1000000"], "1<=x<=1024"),
        (["train", "--batch-size", "0"], "batch_size must be at least 1"),
        (["train", "--hidden", "10000000000"], "most of it for dense:10000000000: make it smaller"),
        (["train", "--hidden", "1000000", "--hidden", "1000000"], "more memory than the"),
        (["train", "--layer", "conv2d:1000000000"], "most of it for conv2d:1000000000: make it smaller"),
        (["train", "--layer", "conv2d:1000000", "--layer", "global-average-pool"], "more than 34 MB for an image"),
        (["train", "--batch-size", "half"], "batch_size takes a whole number or auto|full, not 'half'"),
        (["train", "--epochs", "-1"], "epochs must be at least 1"),
        (["train", "--learning-rate", "0"], "learning_rate must be above 0"),
        (["train", "--validation", "1"], "validation must be at least 0 and below 1"),
        (["train", "--loss", "hinge"], "there is no loss 'hinge'; installed: cross-entropy, mse (see `hwr plugins`)"),
        (["train", "--loss", "cros-entropy"], "did you mean cross-entropy?"),
        (["train", "--schedule", "cosin"], "did you mean cosine?"),
        (["train", "--schedule", "one-cycle:1"], "one-cycle: warm_up must be at least 0 and below 1"),
        (["train", "--schedule", "one-cycle:wam_up=0.3"], "did you mean warm_up?"),
        (["train", "--initializer", "ha"], "did you mean he?"),
        (["train", "--preset", "bset"], "did you mean best?"),
        (["train", "--dataset", "minst"], "did you mean mnist?"),
        (["train", "--dataset", "mnist+2*strokes"], "must be a fraction"),
        (["train", "--activation", "rleu"], "did you mean relu"),
        (["train", "--optimizer", "adams"], "did you mean adam?"),
        (["train", "--augment", "rotatoin=3"], "did you mean rotation?"),
        (["train", "--layer", "rleu"], "did you mean relu"),
        (["train", "--layer", "conv2d:4,kernl=3"], "did you mean kernel?"),
        (["train", "--layer", "dense:64"], "put the layer `flatten` before it"),
        (["train", "--layer", "dropout:2"], "rate must be at least 0 and below 1"),
        (["train", "--layer", "dropout:rage=1"], "its settings: rate: float = 0.5"),
        (["evaluate", "--dataset", "minst"], "did you mean mnist?"),
        (["download", "--dataset", "minst"], "did you mean mnist?"),
        (["info", "bundled", "-m", "bundled"], "MODEL and --model can't both be given"),
        (["evaluate", "bundled", "-m", "bundled"], "MODEL and --model can't both be given"),
        (["evaluate", "bundeld"], "there is no model file bundeld; did you mean bundled? `hwr models` lists yours"),
        (
            ["predict", "x.png", "-m", "no.safetensors"],
            "there is no model file no.safetensors; `hwr models` lists yours",
        ),
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
    line = done.stderr.splitlines()[-1]
    assert words in line
    assert line.startswith("hwr: ")
    assert len(done.stderr.splitlines()) == 1 or arguments[0] == "evaluate"  # which says first what model it uses
    assert done.stdout == ""


def test_a_failure_is_reported_in_one_line_and_has_status_1(hwr: Hwr, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a model")
    done = hwr("evaluate", "--model", tmp_path / "text", status=1)
    assert "is not a model" in done.stderr or "can't be read" in done.stderr
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


INTERRUPTS_ITSELF = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("library", ["click", "numpy"])
def test_ctrl_c_during_an_import_is_one_line(hwr: Hwr, tmp_path: Path, library: str) -> None:
    (tmp_path / f"{library}.py").write_text(INTERRUPTS_ITSELF)
    done = hwr("evaluate", environment={"PYTHONPATH": str(tmp_path)}, fresh=True, status=130)
    assert (done.stdout, done.stderr) == ("", "hwr: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_other_signals_end_a_command_as_ctrl_c_does(hwr: Hwr, tmp_path: Path, name: str) -> None:
    (tmp_path / "numpy.py").write_text(INTERRUPTS_ITSELF.replace("SIGINT", name))
    number = getattr(signal, name)
    done = hwr("evaluate", environment={"PYTHONPATH": str(tmp_path)}, fresh=True, status=128 + number)
    assert (done.stdout, done.stderr) == ("", "hwr: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("__set_name__(self, owner, name)", "type('Owner', (), {'field': Field()})"),  # Python 3.11: a RuntimeError
        ("__del__(self)", "Field()"),  # in which Python drops exceptions
    ],
)
def test_a_signal_at_a_bad_moment_is_an_interruption_too(hwr: Hwr, tmp_path: Path, method: str, call: str) -> None:
    lines = (
        "import os, signal, time",
        f"class Field:\n    def {method}:\n        os.kill(os.getpid(), signal.SIGTERM)",
        call,
        "time.sleep(9)",
        "raise SystemExit(0)",
    )
    (tmp_path / "numpy.py").write_text("\n".join(lines))
    done = hwr("evaluate", environment={"PYTHONPATH": str(tmp_path)}, fresh=True, status=143)
    assert (done.stdout, done.stderr) == ("", "hwr: interrupted\n")


@pytest.mark.parametrize(
    "error",
    [
        "ImportError('advice: libopenblas.so: failed to map segment from shared object')",
        "OSError(12, 'Cannot allocate memory')",
        "MemoryError()",
        'RuntimeError("can\'t start new thread")',
    ],
)
def test_too_little_memory_for_a_library_is_no_bug(hwr: Hwr, tmp_path: Path, error: str) -> None:
    """As under `ulimit -v 50000`, where it depends on the machine which of them is raised."""
    (tmp_path / "numpy.py").write_text(f"raise {error}\n")
    done = hwr("evaluate", environment={"PYTHONPATH": str(tmp_path)}, fresh=True, status=1)
    assert done.stderr == "hwr: there is not enough memory: close other programs, or raise `ulimit -v`\n"
