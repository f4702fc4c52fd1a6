"""Plugins that are installed for one test."""

from pathlib import Path
from typing import Any

import pytest

from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The folder in which a test installs its plugins."""
    return Site(tmp_path / "site")


@pytest.fixture
def run_hwr(trained: Hwr, site: Site, tmp_path: Path) -> Any:
    """`hwr` that sees the plugins in `site`, with strokes in its cache and a data directory of its own."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "datasets").symlink_to(trained.data / "datasets")

    def run_hwr(*arguments: Any, status: int = 0, **environment: str) -> Any:
        variables = {"PYTHONPATH": str(site.folder)} | environment
        return Hwr(data)(*arguments, status=status, environment=variables, cwd=tmp_path)

    return run_hwr
