"""What the tests of the registry share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.plugin_factory import installed


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with installed(tmp_path, monkeypatch) as site:
        yield site


def one_line(error: Any) -> Any:
    text = str(error.value)
    assert "\n" not in text
    assert text == text.strip() != ""
    return text
