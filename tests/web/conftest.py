"""One running `hwr draw` for all tests of its answers and its page."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from handwriting.models import user_models
from tests.helpers.browser import served
from tests.helpers.draw_client import HOSTILE, Client
from tests.helpers.hwr import Hwr


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A data directory in which one model has a hostile name, and an older one is broken."""
    run = Hwr(tmp_path_factory.mktemp("draw"))
    (run.data / "models").mkdir()
    (run.data / "models" / "broken.safetensors").write_bytes(user_models.BUNDLED.read_bytes()[:500])
    shutil.copy(user_models.BUNDLED, run.data / "models" / f"{HOSTILE}.safetensors")
    return run


@pytest.fixture(scope="session")
def address(data: Any) -> Iterator[Any]:
    """The URL of the page."""
    with served(data.environment()) as (process, address):
        yield address
        assert process.poll() is None, "the server has ended"


@pytest.fixture
def ask(address: Any) -> Any:
    """Send a request to the server."""
    return Client(address)
