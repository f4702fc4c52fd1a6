"""What one might do next: one line on a terminal, nothing for programs."""

import sys

import pytest

from handwriting.cli.main import hwr as group
from handwriting.cli.next_steps import AFTER
from tests.helpers.hwr import Hwr
from tests.helpers.terminal import run_on_terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def last_line(written: str) -> str:
    return written.rstrip().splitlines()[-1]


def test_each_step_is_a_command_that_exists() -> None:
    for steps in AFTER.values():
        for step in set(steps) - {"{use}"}:
            program, name, *_ = step.split()
            assert program == "hwr"
            assert name in group.commands


def test_a_line_on_a_terminal(trained: Hwr) -> None:
    assert last_line(run_on_terminal(trained, "info")) == "next: hwr evaluate · hwr predict image.png"
    assert last_line(run_on_terminal(trained, "plugins")).startswith("next: hwr plugins show NAME")
    assert last_line(run_on_terminal(trained, "plugins", "show", "relu")) == "next: hwr plugins check relu"
    downloaded = run_on_terminal(trained, "download", "--dataset", "strokes")
    assert last_line(downloaded) == "next: hwr train --dataset strokes"


def test_what_was_done_is_not_suggested(trained: Hwr) -> None:
    written = run_on_terminal(trained, "evaluate", "--show-errors", "1")
    assert last_line(written) == "next: hwr evaluate --report report.html"


def test_nothing_for_programs(trained: Hwr) -> None:
    assert "next:" not in trained("info").stderr
    assert "next:" not in run_on_terminal(trained, "info", "--format", "json")
