"""A data directory in which the dataset `strokes` is drawn already."""

from pathlib import Path

import pytest

from tests.helpers.hwr import Hwr


@pytest.fixture
def data(hwr_with_strokes: Hwr, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HWR_DATA_DIR", str(hwr_with_strokes.data))
    return hwr_with_strokes.data
