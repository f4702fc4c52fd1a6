"""Transfers: for every way in which a server fails, the cause is named in time and the next mirror is tried."""

import gc
import gzip
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests  # noqa: F401 - imported before any clock runs

from handwriting.datasets.downloads import transfer
from handwriting.errors import DownloadError
from tests.helpers.mirror_server import (
    MirrorServer,
    begun,
    drip,
    endless,
    endless_redirect,
    reset,
    stall,
    status,
    whole,
)
from tests.helpers.published_files import HALF, PACKED, PLAIN, fetched, refused_port


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


FAILURES = {
    "404": (status(404), "HTTP 404 Not Found"),
    "403": (status(403), "HTTP 403 Forbidden"),
    "503": (status(503), "HTTP 503 Service Unavailable"),
    "unknown status": (status(299), "HTTP 299"),
    "reset at once": (reset, "connection"),
    "reset within": (begun(HALF, len(PACKED), reset), "connection reset"),
    "silent at once": (stall, "silent for 0.4 s"),
    "silent within": (begun(HALF, len(PACKED), stall), "silent for 0.4 s"),
    "slow headers": (drip(b"HTTP/1.1 200 OK\r\nServer: slow and steady\r\n"), "no answer within 1.5 s"),
    "slow content": (begun(b"", len(PACKED), drip(PACKED)), "slower than 81.9 kB/s"),
    "slow content in HTTP chunks": (
        begun(b"", None, drip(b"1\r\nx\r\n" * 100), Transfer_Encoding="chunked"),
        "slower than 81.9 kB/s",
    ),
    "too short": (begun(HALF, len(PACKED), lambda handler: None), "broke off|ends too early"),
    "too short, of unknown length": (begun(HALF, None, lambda handler: None), "ends too early"),
    "too long": (whole(PACKED + b"more"), "extra data after its end"),
    "endless": (begun(b"", None, endless), "not a valid gzip file"),
    "promises too much": (begun(b"", 10**12, endless), "longer than 365,536 bytes"),
    "a web page": (whole(b"<html>Log in first</html>"), "perhaps a web page"),
    "another file": (whole(gzip.compress(PLAIN[::-1])), "SHA-256"),
    "a shorter file": (whole(gzip.compress(PLAIN[:-1])), "299,999 bytes"),
    "a longer file": (whole(gzip.compress(PLAIN + b"!")), "longer than"),
    "a gzip bomb": (whole(gzip.compress(bytes(10**8))), "longer than"),
    "a damaged file": (whole(PACKED[:99_999] + b"?" + PACKED[100_000:]), "not a valid gzip|SHA-256"),
    "an endless name": (
        begun(b"\x1f\x8b\x08\x08\0\0\0\0\0\0" + b"x" * 400_000, None, stall),
        "longer than 365,536 bytes",
    ),
    "redirect loop": (status(302, Location="/digits.gz"), "redirects without end"),
    "redirect to a local file": (status(302, Location="file:///etc/passwd"), "address"),
    "redirect to nonsense": (status(302, Location="http://[::"), "address"),
    "redirect to invalid text": (status(302, Location="\xff\xfe"), "address"),
    "broken headers": (lambda handler: handler.wfile.write(b"\0\xff nonsense\r\n\r\n"), "not valid HTTP"),
    "two lengths": (begun(PACKED, 5, lambda handler: None, Content_Length="6"), "not valid HTTP"),
    "a chunk of negative size": (
        begun(b"-1\r\n", None, endless, Transfer_Encoding="chunked"),
        "not a valid gzip file|longer than",
    ),
    "a chunk of no size": (begun(b"five\r\nhello", None, stall, Transfer_Encoding="chunked"), "not valid HTTP"),
    "early hints alone": (status(103), "HTTP 103 Early Hints instead of an answer"),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("failure", FAILURES)
def test_a_mirror_that_fails_is_followed_by_the_next(tmp_path: Path, bad: Any, good: Any, failure: Any) -> None:
    bad.answers["/digits.gz"], cause = FAILURES[failure]
    start = time.monotonic()
    [notice] = fetched(tmp_path, bad.url, good.url)
    assert time.monotonic() - start < 5
    assert notice.startswith(f"digits: {bad.url} failed (")
    assert re.search(cause, notice), notice
    assert notice.endswith(f"fetched from {good.url}")
    assert notice.isprintable()
    gc.collect()  # urllib3 does not close the connection after an answer with two lengths


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        (refused_port(), "refused"),
        ("http://nowhere.invalid", "name is not known"),
        ("nowhere", "no valid address"),
        ("gopher://127.0.0.1", "no valid address"),
        ("http://[::", "no valid address"),
        ("http://" + "a" * 300, "no valid address"),
    ],
    ids=["refused", "unknown", "no scheme", "gopher", "half a bracket", "long"],
)
def test_an_address_that_leads_nowhere(tmp_path: Path, good: Any, url: Any, cause: str) -> None:
    [notice] = fetched(tmp_path, url, good.url)
    assert cause in notice


def test_a_name_service_that_hangs(tmp_path: Path, good: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def hang(host: Any, *others: Any, **more: Any) -> Any:
        return good.closing.wait(30) if host == "hangs.example" else look_up(host, *others, **more)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    [notice] = fetched(tmp_path, "http://hangs.example", good.url)
    assert "no answer within 1.5 s" in notice


def test_a_redirect_whose_body_never_ends(tmp_path: Path, bad: Any, good: Any) -> None:
    bad.answers["/digits.gz"] = endless_redirect(f"{good.url}/digits.gz")
    assert fetched(tmp_path, bad.url) == []


def test_content_encoding_is_ignored(tmp_path: Path, bad: Any) -> None:
    bad.answers["/digits.gz"] = whole(PACKED, Content_Encoding="gzip")
    assert fetched(tmp_path, bad.url) == []


def test_a_file_in_http_chunks(tmp_path: Path, bad: Any) -> None:
    chunks = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(HALF), HALF, len(PACKED) - len(HALF), PACKED[len(HALF) :])
    bad.answers["/digits.gz"] = begun(chunks, None, lambda handler: None, Transfer_Encoding="chunked")
    assert fetched(tmp_path, bad.url) == []


def test_tls_is_verified_and_redirects_stay_with_https(
    tmp_path: Path, certificate: Any, good: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MirrorServer(certificate) as secure:
        secure.answers["/digits.gz"] = whole(PACKED)
        with pytest.raises(DownloadError, match=r"not trusted \(self.signed.*set REQUESTS_CA_BUNDLE"):
            fetched(tmp_path, secure.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert fetched(tmp_path, secure.url, force=True) == []
        secure.answers["/digits.gz"] = status(302, Location=f"{good.url}/digits.gz")
        with pytest.raises(DownloadError, match="without https, which is refused"):
            fetched(tmp_path, secure.url, force=True)
        assert good.requests == []
        secure.answers["/digits.gz"] = status(302, Location="/moved.gz")
        secure.answers["/moved.gz"] = whole(PACKED)
        assert fetched(tmp_path, secure.url, force=True) == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
        with pytest.raises(DownloadError, match=r"none\.pem"):
            fetched(tmp_path, secure.url, force=True)


def test_https_from_a_server_without_tls(tmp_path: Path, bad: Any) -> None:
    with pytest.raises(DownloadError, match="TLS fails"):
        fetched(tmp_path, bad.url.replace("http:", "https:"))


def test_proxies_of_the_environment(tmp_path: Path, good: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good.answers["http://mirror.example/digits.gz"] = whole(PACKED)
    monkeypatch.setenv("HTTP_PROXY", good.url)
    assert fetched(tmp_path, "http://mirror.example/") == []
    assert good.requests == ["http://mirror.example/digits.gz"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_fails(tmp_path: Path, good: Any, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", refused_port())
    with pytest.raises(DownloadError, match=r"the proxy fails: connection refused.*check the proxy"):
        fetched(tmp_path, f"{scheme}://mirror.example/")


def test_a_mirror_that_is_slow_on_average_is_given_up(
    tmp_path: Path, bad: Any, good: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part comes in time, but the whole would take hours."""
    monkeypatch.setattr(transfer, "GRACE", 1.0)
    monkeypatch.setattr(transfer, "CHUNK", 1000)
    bad.answers["/digits.gz"] = begun(b"", len(PACKED), drip(PACKED, part=1000))
    [notice] = fetched(tmp_path, bad.url, good.url)
    assert "slower than 20 kB/s on average" in notice


def test_all_files_and_mirrors_have_one_time_limit(tmp_path: Path, bad: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "GRACE", -10_000.0)
    bad.answers["/digits.gz"] = whole(PACKED)
    with pytest.raises(DownloadError, match="time for all files and mirrors is over"):
        fetched(tmp_path, bad.url)
    assert bad.requests == []
