"""The bar in a notebook, with a substitute for IPython."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from handwriting import train


class Handle:
    """What `display` returns."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, html: str) -> None:
        self.shown.append(html)


def test_the_bar_moves(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    handle = Handle()
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    made: dict[str, Any] = {"HTML": str, "display": lambda html, display_id: handle}
    vars(ipython)["get_ipython"] = lambda: SimpleNamespace(kernel=object())
    vars(display).update(made)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    train(dataset="strokes", hidden=16, epochs=2, threads=1)
    assert handle.shown[-1].startswith('<div><progress value="2" max="2"></progress> epoch 2/2')
    assert "network   784 -> 16 relu" in capsys.readouterr().out
