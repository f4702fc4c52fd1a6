"""Letters can be read on every terminal: with enough contrast on a background of ours, else in its own colour."""

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.color import Color, ColorSystem
from rich.terminal_theme import TerminalTheme

from handwriting.cli.terminal import colours
from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import ACTIVATION, Site
from tests.helpers.terminal import run_on_terminal

VGA = [(0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
       (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
       (255, 255, 255)]  # fmt: skip
XTERM = [(0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
         (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
         (255, 255, 255)]  # fmt: skip
SYSTEMS = (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD)


def luminance(rgb: Any) -> float:
    """Return the relative luminance by WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.array(rgb) / 255]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(first: Any, second: Any) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("palette", [VGA, XTERM], ids=["vga", "xterm"])
def test_every_shade_of_an_error_has_enough_contrast(system: ColorSystem, palette: Any) -> None:
    theme = TerminalTheme(palette[0], palette[7], palette[:8], palette[8:])
    for strength in np.linspace(0, 1, 256):
        style = colours.error(float(strength))
        assert isinstance(style.color, Color)
        assert isinstance(style.bgcolor, Color)
        letters, ground = (c.downgrade(system).get_truecolor(theme) for c in (style.color, style.bgcolor))
        assert contrast(letters, ground) >= 4.5


def test_a_more_frequent_error_is_brighter() -> None:
    grounds = [colours.error(strength).bgcolor for strength in (0.0, 0.25, 0.5, 0.75, 1.0)]
    levels = [luminance(ground.get_truecolor()) for ground in grounds if ground]
    assert all(before < after for before, after in pairwise(levels))


def letters_in_a_fixed_colour(written: str) -> list[str]:
    """Return the words that are dim, or whose colour is fixed while their background is that of the terminal."""
    found = []
    for codes, text in re.findall(r"\x1b\[([\d;]*)m([^\x1b]+)", written):
        coloured = re.match(r"(?:[13];)*(?:3[0-8]|9[0-7])\b", codes) and not re.search(
            r"\b(?:48;|4[0-7]$|10[0-7]$)", codes
        )
        if re.search(r"\w", text) and (coloured or re.match(r"(?:[13];)*2\b", codes)):
            found.append(text)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    "environment", [{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"TERM": "xterm-256color"}, {"TERM": "xterm"}]
)
def test_no_letters_have_a_fixed_colour_on_the_background_of_the_terminal(
    trained: Hwr, tmp_path: Path, environment: Any
) -> None:
    wrong = ACTIVATION.format(name="Soft").replace("return gradient * self.scale", "return 2 * gradient * self.scale")
    site = Site(tmp_path / "site")
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": wrong})
    Image.new("L", (30, 30), 255).save(tmp_path / "blank.png")
    quick = ("--dataset", "strokes", "--epochs", "2", "--hidden", "8", "-o", tmp_path / "m", "--force")
    for arguments, status in (
        (("evaluate",), 0), (("info",), 0), (("train", *quick), 0), (("predict", "--show", tmp_path / "blank.png"), 0),
        (("plugins", "check", "soft"), 1),
    ):  # fmt: skip
        written = run_on_terminal(trained, *arguments, status=status, PYTHONPATH=str(site.folder), **environment)
        assert letters_in_a_fixed_colour(written) == []
        assert "\x1b[" in written or arguments[0] == "predict"
