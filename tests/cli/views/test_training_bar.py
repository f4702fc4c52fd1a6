"""The live bar of `hwr train`, and the panel below it."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.cli.views.training_bar import Panel
from handwriting.evaluation.mistakes import Mistake
from handwriting.training.events import Epoch
from tests.helpers.hwr import Hwr
from tests.helpers.terminal import console, printed, run_on_terminal

MISTAKES = [Mistake(i, "1", "7", 0.9, 0.05) for i in range(6)]
IMAGES = np.full((6, 28, 28), 255, np.uint8)


def epoch(number: Any, accuracy: float | None | None = 0.9) -> Any:
    return Epoch(number, 1 / number, accuracy, 0.001, 1.0, best=True, kept=True)


def test_the_panel_needs_space() -> None:
    for size, has_space in (((100, 40), True), ((59, 40), False), ((100, 19), False)):
        of = console(*size)
        panel = Panel(3, of)
        assert printed(of, panel.below("BAR")) == "BAR\n"
        panel.add_epoch(epoch(1))
        panel.show_mistakes(MISTAKES, IMAGES)
        text = printed(of, panel.below("BAR"))
        assert ("validation accuracy by epoch" in text) is has_space
        assert ("is 1" in text) is has_space
        assert max(len(line) for line in text.splitlines()) <= 140


def test_the_curve_of_a_long_training_fills_at_least_half_of_its_space() -> None:
    panel = Panel(1000, console())
    for number in range(1, 41):
        panel.add_epoch(epoch(number, 0.9 + number / 1000))
    blank = chr(0x2800)
    dots = [line.plain.partition("▏")[2] for line in panel.curve[1:]]
    filled = max(len(line.rstrip(blank)) for line in dots)
    assert len(dots[0]) / 2 < filled < len(dots[0])


def test_without_a_validation_set_the_panel_shows_the_cost() -> None:
    of = console()
    panel = Panel(3, of)
    panel.add_epoch(epoch(1, None))
    panel.add_epoch(epoch(2, None))
    assert "cost by epoch" in printed(of, panel.below("BAR"))
    assert "0.5000" in printed(of, panel.below("BAR"))


def test_in_ascii_the_panel_shows_the_images_alone() -> None:
    of = console(encoding="ascii")
    panel = Panel(3, of)
    panel.add_epoch(epoch(1))
    panel.show_mistakes(MISTAKES, IMAGES)
    text = printed(of, panel.below("BAR"))
    assert "by epoch" not in text
    assert "@@@@@@@@@@@@@@" in text
    panel.show_mistakes([], IMAGES[:0])
    assert "is 1" not in printed(of, panel.below("BAR"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("environment", "columns", "has_panel"),
    [
        ({"TERM": "xterm-256color"}, 100, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, 100, True),
        ({"TERM": "xterm-256color"}, 20, False),
        ({"TERM": "dumb"}, 100, False),
    ],
)
def test_a_training_draws_its_curve_where_it_can(
    trained: Hwr, tmp_path: Path, environment: Any, columns: int, has_panel: bool
) -> None:
    quick = ("--dataset", "strokes", "--epochs", "3", "--hidden", "16", "--threads", "1", "-o", tmp_path / "m")
    written = run_on_terminal(trained, "train", *quick, columns=columns, PYTHONUTF8="1", **environment)
    assert ("validation accuracy by epoch" in written) is has_panel
    assert ("still misread" in written) is has_panel
    assert ("epoch 3/3" in written) or columns == 20
    assert ("\x1b[38;" not in written) is ("NO_COLOR" in environment or environment["TERM"] == "dumb")  # the bar
    assert "test accuracy" in " ".join(written.split())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("columns", "term", "has_bar"), [(100, "xterm-256color", True), (20, "xterm", True), (80, "dumb", False)]
)
def test_a_terminal_gets_a_live_bar_and_a_picture(trained: Hwr, columns: int, term: str, has_bar: bool) -> None:
    quick = ("--dataset", "strokes", "--epochs", "2", "--hidden", "8")
    shown = run_on_terminal(trained, "train", *quick, columns=columns, TERM=term)
    assert "test accuracy" in " ".join(shown.split())
    assert ("\x1b[?25l" in shown) is has_bar  # the cursor is hidden while a bar moves
    assert ("\x1b[?25h" in shown) is has_bar  # and shown again
    assert ("s left" in shown) is not has_bar
    if columns == 100:
        assert "▀" in shown
        assert "epoch 2/2" in shown
        assert "images/s" in shown
