"""What is drawn in a terminal: dots, curves, the panel below a training's bar."""

import io
import os
import pty
import subprocess
import sys

import numpy as np
import pytest
from rich.console import Console

from handwriting.cli import braille, curve, thumbnails, tiles_view
from handwriting.cli.training_panel import Panel
from handwriting.evaluation.mistakes import Mistake
from handwriting.training.events import Epoch


def console(width=100, height=40, encoding="utf-8", **settings):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(file=file, width=width, height=height, force_terminal=True, **settings)


def shown(of, what):
    with of.capture() as capture:
        of.print(what)
    return capture.get()


def test_dots_stand_where_unicode_puts_them():
    dots = np.zeros((5, 3), bool)
    dots[0, 0] = dots[3, 1] = dots[4, 2] = True
    assert braille.lines(dots) == [chr(0x2800 + 0x01 + 0x80) + chr(0x2800), chr(0x2800) + chr(0x2800 + 0x01)]
    assert braille.lines(np.ones((4, 2), bool)) == ["⣿"]


def test_a_curve_rises_from_left_to_right():
    lines = curve.lines([0.5, 0.9], steps=2, columns=20, text="{:.1f}".format, rows=3)
    assert [line.partition(" ▏")[0] for line in lines] == ["0.9", "   ", "0.5"]
    dots = [line.partition("▏")[2] for line in lines]
    assert all(len(row) == 15 for row in dots)
    blank = chr(0x2800)
    assert dots[0].startswith(blank)
    assert not dots[0].endswith(blank)
    assert not dots[2].startswith(blank)
    assert dots[2].endswith(blank)
    half = curve.lines([0.5, 0.9], steps=3, columns=20, text="{:.1f}".format, rows=3)
    assert all(line.endswith(blank * 6) for line in half)  # what is still to come stays free


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3, 0.3]])
def test_a_curve_of_one_value(values):
    lines = curve.lines(values, steps=5, columns=20, text="{:.1f}".format)
    assert len(lines) == curve.ROWS
    assert any(set(line.partition("▏")[2]) != {chr(0x2800)} for line in lines)


def epoch(number, accuracy=0.9):
    return Epoch(number, 1 / number, accuracy, 0.001, 1.0, best=True, kept=True)


MISTAKES = [Mistake(i, "1", "7", 0.9, 0.05) for i in range(6)]
IMAGES = np.full((6, 28, 28), 255, np.uint8)


def test_the_panel_needs_room():
    for size, has_room in (((100, 40), True), ((59, 40), False), ((100, 19), False)):
        of = console(*size)
        panel = Panel(3, of)
        assert shown(of, panel.below("BAR")) == "BAR\n"
        panel.add(epoch(1))
        panel.look(MISTAKES, IMAGES)
        text = shown(of, panel.below("BAR"))
        assert ("validation accuracy by epoch" in text) is has_room
        assert ("is 1" in text) is has_room
        assert max(len(line) for line in text.splitlines()) <= 140


def test_the_curve_of_a_long_training_fills_at_least_half_of_its_room():
    of = console()
    panel = Panel(1000, of)
    for number in range(1, 41):
        panel.add(epoch(number, 0.9 + number / 1000))
    blank = chr(0x2800)
    dots = [line.plain.partition("▏")[2] for line in panel.curve[1:]]
    filled = max(len(line.rstrip(blank)) for line in dots)
    assert len(dots[0]) / 2 < filled < len(dots[0])


def test_the_panel_without_held_out_pictures_shows_the_cost():
    of = console()
    panel = Panel(3, of)
    panel.add(epoch(1, None))
    panel.add(epoch(2, None))
    assert "cost by epoch" in shown(of, panel.below("BAR"))
    assert "0.5000" in shown(of, panel.below("BAR"))


def test_the_panel_in_plain_characters_shows_the_pictures_alone():
    of = console(encoding="ascii")
    panel = Panel(3, of)
    panel.add(epoch(1))
    panel.look(MISTAKES, IMAGES)
    text = shown(of, panel.below("BAR"))
    assert "by epoch" not in text
    assert "@@@@@@@@@@@@@@" in text
    panel.look([], IMAGES[:0])
    assert "is 1" not in shown(of, panel.below("BAR"))


def test_weights_are_red_for_and_blue_against():
    tile = np.array([[[1.0, -1.0], [0.0, 0.0]]])
    coloured = shown(console(color_system="truecolor"), tiles_view.draw(tile, console(color_system="truecolor"))[1])
    assert "38;2;214;69;32" in coloured
    assert "38;2;30;94;190" in coloured
    plain = tiles_view.draw(np.repeat(tile, 2, axis=1)[:, [0, 1]], console(color_system=None))
    assert plain[1].plain == "#="


def test_long_and_odd_names_keep_their_place():
    of = console(width=40)
    odd = [Mistake(0, "\x1b[31mred" * 5, "a very long name", 1.0, 0.0)] * 2
    lines = [line.plain for line in thumbnails.mistakes(odd, IMAGES[:2], of, 40)]
    assert all(len(line) <= 40 for line in lines)
    assert not any("\x1b" in line for line in lines)


def on_a_terminal(command, columns, rows, **environment):
    """Run a command whose streams are a terminal, and return all that it writes there."""
    ours, theirs = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, env=kept | environment
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # what Linux says at the end of a terminal
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert process.wait() == 0, written.decode()
    return written.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("environment", "size", "is_drawn"),
    [
        ({"TERM": "xterm-256color"}, (100, 40), True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, (100, 40), True),
        ({"TERM": "xterm-256color"}, (20, 40), False),
        ({"TERM": "dumb"}, (100, 40), False),
    ],
)
def test_a_training_draws_its_curve_where_it_can(trained, tmp_path, environment, size, is_drawn):
    quick = ("--dataset", "strokes", "--epochs", "3", "--hidden", "16", "--threads", "1", "-o", tmp_path / "m")
    command = [sys.executable, "-m", "handwriting", "train", *map(str, quick)]
    written = on_a_terminal(command, *size, **{"HWR_DATA_DIR": str(trained.data), "PYTHONUTF8": "1"} | environment)
    assert ("validation accuracy by epoch" in written) is is_drawn
    assert ("still read wrong" in written) is is_drawn
    assert ("epoch 3/3" in written) or size[0] == 20
    assert ("\x1b[36m" not in written) is ("NO_COLOR" in environment or environment["TERM"] == "dumb")  # cyan
    assert "recognised" in written
