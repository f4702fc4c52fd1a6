"""Whether a group of parts occurs in any metadata, before anything slow is imported to find out more."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from handwriting.registry.installed import is_mentioned

GROUP = "handwriting.odd-parts"


def test_a_group_is_mentioned_once_a_distribution_registers_it(site: Any) -> None:
    assert not is_mentioned(GROUP)
    site.install("other", {"layers": {"odd": "odd:Odd"}})
    assert not is_mentioned(GROUP)
    site.install("odd-things", {"odd-parts": {"odd": "odd:Odd"}})
    assert is_mentioned(GROUP)


def test_our_own_parts_and_damaged_metadata_do_not_count(site: Any) -> None:
    site.install("handwriting", {"odd-parts": {"odd": "odd:Odd"}})
    (site.folder / "empty-1.0.dist-info").mkdir()
    (site.folder / "file-1.0.dist-info").write_text(GROUP)
    assert not is_mentioned(GROUP)


def test_what_is_in_an_archive_is_left_to_importlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipfile.ZipFile(tmp_path / "things.zip", "w").close()
    monkeypatch.syspath_prepend(tmp_path / "things.zip")
    assert is_mentioned(GROUP)
