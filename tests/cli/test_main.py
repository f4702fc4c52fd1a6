"""The command line as a whole: help, errors, exit statuses, terminals and pipes."""

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from handwriting.cli import hwr as group

COMMANDS = sorted(group.commands)


def test_the_commands_are_those_that_were_promised():
    assert {"download", "train", "evaluate", "predict", "plugins"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_every_option_has_a_help_text(command):
    shown = CliRunner().invoke(group, [command, "--help"])
    assert shown.exit_code == 0
    for parameter in group.commands[command].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[-1] in shown.output
            assert parameter.help or parameter.type.name == "choice", f"{command} {parameter.opts} has no help"


def test_without_arguments_it_shows_its_help(hwr):
    done = hwr(status=2)
    assert "Usage: hwr" in done.stdout + done.stderr


def test_version(hwr):
    from handwriting import __version__

    assert hwr("--version").stdout == f"hwr, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "No such command 'trian'"),
        (["train", "--hidden", "0"], "--hidden"),
        (["train", "--hidden", "many"], "--hidden"),
        (["train", "--batch-size", "half"], "neither a whole number from 1 nor 'full'"),
        (["train", "--epochs", "-1"], "--epochs"),
        (["train", "--learning-rate", "0"], "--learning-rate"),
        (["train", "--validation", "1"], "--validation"),
        (["train", "--loss", "hinge"], "cross-entropy"),
        (["train", "--data", "no-such-folder"], "no-such-folder"),
        (["predict"], "Missing argument"),
        (["predict", "x.png", "--format", "xml"], "jsonl"),
        (["evaluate", "--min-accuracy", "98"], "--min-accuracy"),
        (["download", "--from", ".", "--mirror", "http://127.0.0.1:9/"], "can't both"),
        (["download", "--dataset", "strokes", "--verify"], "strokes"),
    ],
)
def test_wrong_usage_is_told_with_status_2(hwr, arguments, words):
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
def test_what_can_not_be_done_is_told_in_one_line_with_status_1(trained, hwr, arguments, words):
    run = trained if "strokes" in arguments else hwr
    done = run(*arguments, status=1)
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("hwr: ")
    assert done.stdout == ""


@pytest.mark.parametrize("place", ["before", "behind"])
def test_debug_shows_where(hwr, place):
    arguments = ["--debug", "evaluate"] if place == "before" else ["evaluate", "--debug"]
    done = subprocess.run(
        [sys.executable, "-m", "handwriting", *arguments], capture_output=True, text=True, env=hwr.environment()
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("place", ["before", "behind", "environment"])
def test_the_data_directory_can_be_named(trained, tmp_path, place):
    arguments = {
        "before": ["--data-dir", trained.data, "evaluate"],
        "behind": ["evaluate", "--data-dir", trained.data],
        "environment": ["evaluate"],
    }[place]
    chosen = str(trained.data) if place == "environment" else str(tmp_path / "nothing")
    assert "accuracy" in trained(*arguments, environment={"HWR_DATA_DIR": chosen}).stdout


def test_environment_variables_mirror_the_options(trained):
    done = trained("train", "--dataset", "strokes", environment={"HWR_TRAIN_EPOCHS": "1", "HWR_TRAIN_HIDDEN": "8 4"})
    assert "784 -> 8 relu -> 4 relu -> 10" in done.stdout
    assert "epoch 1/1" in done.stderr


def test_a_bug_is_told_in_one_line(monkeypatch, tmp_path):
    from handwriting.registry import listings

    monkeypatch.setattr(listings, "listings", lambda: 1 / 0)
    result = CliRunner().invoke(group, ["plugins"])
    assert result.exit_code == 1
    assert result.stderr == "hwr: this is a bug in hwr: ZeroDivisionError: division by zero (--debug shows where)\n"


def test_a_reader_that_goes_away_is_no_reason_to_complain(trained):
    command = f"{sys.executable} -m handwriting evaluate | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=trained.environment())
    assert done.stdout.startswith("model")
    assert done.stderr == ""


def test_ascii_terminals_get_ascii(trained):
    done = trained("evaluate", environment={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert done.stdout.isascii()
    shown = trained("train", "--dataset", "strokes", "--epochs", "1", "--hidden", "8",
                    environment={"PYTHONIOENCODING": "ascii"}).stdout  # fmt: skip
    assert shown.isascii()
    assert "#" in shown


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("columns", "term", "bar"), [(100, "xterm-256color", True), (20, "xterm", True), (80, "dumb", False)]
)
def test_a_terminal_gets_a_live_bar_and_a_picture(trained, columns, term, bar):
    shown, status = on_a_terminal(
        trained, columns, {"TERM": term}, "train", "--dataset", "strokes", "--epochs", "2", "--hidden", "8"
    )
    assert status == 0
    assert "recognised" in shown
    assert ("\x1b[?25l" in shown) is bar  # the cursor is hidden while a bar moves
    assert ("\x1b[?25h" in shown) is bar  # and shown again
    assert ("s left" in shown) is not bar
    if columns == 100:
        assert "▀" in shown
        assert "epoch 2/2" in shown
        assert "images/s" in shown


def test_no_color_means_no_colour(trained):
    shown, status = on_a_terminal(trained, 100, {"TERM": "xterm-256color", "NO_COLOR": "1"}, "evaluate")
    assert status == 0
    assert not re.search(
        r"\x1b\[[0-9;]*(3[0-9]|4[0-9])[;m]|\x1b\[[34]8;", shown.replace("\x1b[3m", "")
    )  # italics are fine


def on_a_terminal(run, columns, environment, *arguments):
    """Run hwr on a pseudo-terminal of so many columns; return what it draws and its exit status."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "handwriting", *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, env=run.environment() | environment, close_fds=True,
    )  # fmt: skip
    os.close(theirs)
    drawn = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not piece:
            break
        drawn += piece
    os.close(ours)
    return drawn.decode(), process.wait()
