import re
import sys

import pytest

from tests.helpers.hwr import Hwr
from tests.helpers.terminal import run_on_terminal


def test_ascii_output_is_ascii(trained: Hwr) -> None:
    done = trained("evaluate", environment={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert done.stdout.isascii()
    shown = trained("train", "--dataset", "strokes", "--epochs", "1", "--hidden", "8",
                    environment={"PYTHONIOENCODING": "ascii"}).stdout  # fmt: skip
    assert shown.isascii()
    assert "#" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_color_means_no_colour(trained: Hwr) -> None:
    shown = run_on_terminal(trained, "evaluate", TERM="xterm-256color", NO_COLOR="1")
    assert not re.search(
        r"\x1b\[[0-9;]*(3[0-9]|4[0-9])[;m]|\x1b\[[34]8;", shown.replace("\x1b[3m", "")
    )  # italics are allowed
