"""The guard: requests for other hosts and from other sites are refused."""

from typing import Any
from urllib.parse import quote

import pytest

from handwriting.web.model_list import BUNDLED
from tests.helpers.draw_client import drawn


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("LOCALHOST:80", 200), ("[::1]:1", 200), ("evil.example", 403), ("", 403),
     ("127.0.0.1.evil.example", 403), ("localhost.evil.example:80", 403)],
)  # fmt: skip
def test_only_hosts_that_mean_this_machine_are_answered(ask: Any, host: str, status: int) -> None:
    assert ask("GET", "/", Host=host)[0].status == status


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "https://{place}", "null"])
def test_other_sites_are_refused(ask: Any, origin: str) -> None:
    path = f"/read?model={quote(BUNDLED)}"
    assert ask("POST", path, drawn(1), Origin=origin.format(place=ask.place))[0].status == 403
    assert ask("POST", path, drawn(1), Origin=f"http://{ask.place}")[0].status == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
def test_only_the_page_and_the_user_are_answered(ask: Any, site: str, status: int) -> None:
    """A GET by another site has no Origin, but a browser says where it comes from."""
    assert ask("GET", "/models", Sec_Fetch_Site=site)[0].status == status
    assert ask("POST", f"/read?model={quote(BUNDLED)}", drawn(1), Sec_Fetch_Site=site)[0].status == status
