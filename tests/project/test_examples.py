"""The public names: listed without being imported, and with examples that run."""

import doctest
import importlib
import pydoc
from pathlib import Path

import pytest

import handwriting
from tests.helpers.handwritten_numbers import TEXT, file_of, number
from tests.helpers.hwr import Hwr

WITHOUT_EXAMPLE = {"Digit", "HandwritingError"}
"""A digit is part of the example of a reading."""
MODULES = sorted({f"handwriting.{module}" for module in handwriting._MODULES.values()})


def test_the_public_names_are_listed() -> None:
    assert set(handwriting.__all__) <= set(dir(handwriting))
    text = pydoc.plain(pydoc.render_doc(handwriting))
    for name in handwriting.__all__:
        assert getattr(handwriting, name).__name__ == name
        assert name in text


@pytest.mark.parametrize("name", sorted(set(handwriting.__all__) - WITHOUT_EXAMPLE))
def test_every_public_name_has_an_example(name: str) -> None:
    assert ">>> from handwriting import " in (getattr(handwriting, name).__doc__ or "")


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(
    module: str, hwr_with_strokes: Hwr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWR_DATA_DIR", str(hwr_with_strokes.data))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").write_bytes(file_of(number(TEXT)))
    failures, _ = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert failures == 0
