"""Mirrors on loopback, short timeouts, and an environment without proxies and certificates."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from handwriting.datasets.downloads import transfer
from tests.helpers.mirror_server import MirrorServer, whole
from tests.helpers.published_files import OTHERS, PACKED

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.upper, PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"CONNECT": 1, "SILENCE": 0.4, "HEADERS": 1.5, "CHUNK": 0.8}.items():
        monkeypatch.setattr(transfer, f"{name}_TIMEOUT", seconds)


@pytest.fixture
def bad() -> Iterator[Any]:
    with MirrorServer() as server:
        yield server


@pytest.fixture
def good() -> Iterator[Any]:
    with MirrorServer() as server:
        server.answers["/digits.gz"] = whole(PACKED)
        server.answers |= {f"/{name}.gz": whole(gzip.compress(plain)) for name, plain in OTHERS.items()}
        yield server
