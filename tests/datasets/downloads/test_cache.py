"""Files from mirrors: every way in which a mirror fails leads to the next one, and the cache is never wrong."""

import contextlib
import gzip
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import requests  # noqa: F401 - imported before any clock runs

from handwriting.datasets.downloads.cache import Patience, RemoteFile, copy_from, fetch, verify
from handwriting.errors import DataError, DownloadError, HandwritingError
from handwriting.interfaces import Notice, Progress
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

IMPATIENT = Patience(connect=1, silence=0.4, opening=1.5, window=0.8, slowest=1000)
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def published(name: str, plain: bytes) -> RemoteFile:
    return RemoteFile(name, len(plain), hashlib.sha256(plain).hexdigest())


PLAIN = random.Random(1).randbytes(300_000)
PACKED = gzip.compress(PLAIN)
FILE = published("digits", PLAIN)
OTHERS = {name: random.Random(name).randbytes(20_000) for name in ("second", "third")}
SEVERAL = (FILE, *(published(name, plain) for name, plain in OTHERS.items()))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in (*PROXIES, *map(str.upper, PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bad():
    with MirrorServer() as server:
        yield server


@pytest.fixture
def good():
    with MirrorServer() as server:
        server.answers["/digits.gz"] = whole(PACKED)
        server.answers |= {f"/{name}.gz": whole(gzip.compress(plain)) for name, plain in OTHERS.items()}
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def fetched(folder, *mirrors, files=(FILE,), **settings):
    """Fetch, and return the notices; the folder then holds the right files and nothing else."""
    events = list(fetch(files, [str(mirror) for mirror in mirrors], folder, patience=IMPATIENT, **settings))
    assert set(verify(files, folder).values()) == {None}
    assert {path.name for path in folder.iterdir()} <= {file.name for file in files} | {".lock"}
    return [event.text for event in events if isinstance(event, Notice)]


def refused_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_the_file_is_unpacked_checked_and_told_of(tmp_path, good):
    events = list(fetch([FILE], [good.url], tmp_path))
    assert (tmp_path / "digits").read_bytes() == PLAIN
    assert events[0] == Progress("digits", 0, len(PLAIN))
    assert events[-1] == Progress("digits", len(PLAIN), len(PLAIN))
    assert [event.done for event in events] == sorted(event.done for event in events)
    assert good.requests == ["/digits.gz"]


def test_a_mirror_of_unpacked_files(tmp_path, bad):
    bad.answers["/deep/digits"] = whole(PLAIN)
    assert fetched(tmp_path, f"{bad.url}/deep/") == []
    assert bad.requests == ["/deep/digits.gz", "/deep/digits"]


def test_a_file_that_the_server_calls_encoded_comes_as_it_is(tmp_path, bad):
    bad.answers["/digits.gz"] = whole(PACKED, Content_Encoding="gzip")
    assert fetched(tmp_path, bad.url) == []


HALF = PACKED[:150_000]
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
    "slow content": (begun(b"", len(PACKED), drip(PACKED)), "slower than 1.0 kB/s"),
    "too short": (begun(HALF, len(PACKED), lambda handler: None), "(broke|breaks) off"),
    "short, length not told": (begun(HALF, None, lambda handler: None), "breaks off"),
    "too long": (whole(PACKED + b"more"), "behind its end"),
    "endless": (begun(b"", None, endless), "not a sound gzip file"),
    "promises too much": (begun(b"", 10**12, endless), "1,000,000,000,000 bytes"),
    "a web page": (whole(b"<html>Log in first</html>"), "perhaps a web page"),
    "another file": (whole(gzip.compress(PLAIN[::-1])), "SHA-256"),
    "a shorter file": (whole(gzip.compress(PLAIN[:-1])), "299,999 bytes"),
    "a longer file": (whole(gzip.compress(PLAIN + b"!")), "longer than"),
    "a gzip bomb": (whole(gzip.compress(bytes(10**8))), "longer than"),
    "a damaged file": (whole(PACKED[:99_999] + b"?" + PACKED[100_000:]), "not a sound gzip|SHA-256"),
    "an endless name": (begun(b"\x1f\x8b\x08\x08\0\0\0\0\0\0" + b"x" * 400_000, None, stall), "more than the"),
    "redirect loop": (status(302, Location="/digits.gz"), "redirects without end"),
    "redirect to a file of ours": (status(302, Location="file:///etc/passwd"), "address"),
    "redirect to nonsense": (status(302, Location="http://[::"), "address"),
    "redirect to no text": (status(302, Location="\xff\xfe"), "address"),
    "broken headers": (lambda handler: handler.wfile.write(b"\0\xff nonsense\r\n\r\n"), "broke off"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failing_mirror_hands_over_to_the_next(tmp_path, bad, good, failure):
    bad.answers["/digits.gz"], cause = FAILURES[failure]
    start = time.monotonic()
    [notice] = fetched(tmp_path, bad.url, good.url)
    assert time.monotonic() - start < 5
    assert notice.startswith(f"digits: {bad.url} failed (")
    assert re.search(cause, notice), notice
    assert notice.endswith(f"trying {good.url}")
    assert notice.isprintable()


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        (refused_port(), "refused"),
        ("http://nowhere.invalid", "name is not known"),
        ("nowhere", "no sound address"),
        ("gopher://127.0.0.1", "no sound address"),
        ("http://[::", "no sound address"),
        ("http://" + "a" * 300, "no sound address"),
    ],
    ids=["refused", "unknown", "no scheme", "gopher", "half a bracket", "long"],
)
def test_an_address_that_leads_nowhere(tmp_path, good, url, cause):
    [notice] = fetched(tmp_path, url, good.url)
    assert cause in notice


def test_a_name_service_that_hangs(tmp_path, good, monkeypatch):
    look_up = socket.getaddrinfo

    def hang(host, *others, **more):
        return good.closing.wait(30) if host == "hangs.example" else look_up(host, *others, **more)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    [notice] = fetched(tmp_path, "http://hangs.example", good.url)
    assert "no answer within 1.5 s" in notice


def test_a_redirect_whose_page_never_ends(tmp_path, bad, good):
    bad.answers["/digits.gz"] = endless_redirect(f"{good.url}/digits.gz")
    assert fetched(tmp_path, bad.url) == []


def test_all_mirrors_fail(tmp_path, bad):
    refused = refused_port()
    with pytest.raises(DownloadError) as raised:
        fetched(tmp_path, "http://user:secret@nowhere.invalid/", refused, bad.url)
    message = str(raised.value)
    for part in (
        "digits",
        "http://nowhere.invalid/: its name",
        f"{refused}: connection refused",
        "hwr download --from",
    ):
        assert part in message
    assert f"{bad.url}: HTTP 404 Not Found" in message
    assert "secret" not in message
    assert "\n" not in message
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_no_mirror_at_all(tmp_path):
    with pytest.raises(DownloadError, match="no mirror"):
        fetched(tmp_path)


def test_a_mirror_that_failed_is_asked_last_from_then_on(tmp_path, bad, good):
    bad.answers["/digits.gz"] = status(503)
    assert len(fetched(tmp_path, bad.url, good.url, files=SEVERAL)) == 1
    assert bad.requests == ["/digits.gz"]


def test_mirrors_that_hold_one_file_each(tmp_path, bad, good):
    bad.answers["/digits.gz"] = whole(PACKED)
    del good.answers["/digits.gz"]
    fetched(tmp_path, good.url, bad.url, files=SEVERAL)
    assert good.requests == ["/digits.gz", "/digits", "/second.gz", "/third.gz"]


def test_https_is_verified_and_never_left(tmp_path, certificate, good, monkeypatch):
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


def test_https_where_only_http_is_spoken(tmp_path, bad):
    with pytest.raises(DownloadError, match="TLS fails"):
        fetched(tmp_path, bad.url.replace("http:", "https:"))


def test_proxies_of_the_environment(tmp_path, good, monkeypatch):
    good.answers["http://mirror.example/digits.gz"] = whole(PACKED)
    monkeypatch.setenv("HTTP_PROXY", good.url)
    assert fetched(tmp_path, "http://mirror.example/") == []
    assert good.requests == ["http://mirror.example/digits.gz"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_fails(tmp_path, good, monkeypatch, scheme):
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", refused_port())
    with pytest.raises(DownloadError, match=r"the proxy fails: connection refused.*check the proxy"):
        fetched(tmp_path, f"{scheme}://mirror.example/")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE = {
    "flipped bit": (lambda folder: flip(folder / "digits"), ["/digits.gz"]),
    "cut": (lambda folder: os.truncate(folder / "second", 19_999), ["/second.gz"]),
    "longer": (lambda folder: (folder / "second").write_bytes(OTHERS["second"] + b"!"), ["/second.gz"]),
    "empty": (lambda folder: (folder / "third").write_bytes(b""), ["/third.gz"]),
    "gone": (lambda folder: (folder / "third").unlink(), ["/third.gz"]),
    "swapped": (
        lambda folder: [(folder / a).write_bytes(OTHERS[b]) for a, b in [("second", "third"), ("third", "second")]],
        ["/second.gz", "/third.gz"],
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_fetched_once_more(tmp_path, good, damage):
    fetched(tmp_path, good.url, files=SEVERAL)
    good.requests.clear()
    do, asked = DAMAGE[damage]
    do(tmp_path)
    notices = fetched(tmp_path, good.url, files=SEVERAL)
    assert good.requests == asked
    assert len(notices) == (0 if damage == "gone" else len(asked))
    assert fetched(tmp_path, good.url, files=SEVERAL) == []
    assert good.requests == asked


def test_verify_says_what_is_wrong(tmp_path):
    (tmp_path / "digits").write_bytes(PLAIN[:-1] + b"?")
    (tmp_path / "second").write_bytes(b"short")
    (tmp_path / "third").mkdir()
    flaws = verify((*SEVERAL, published("fourth", b"")), tmp_path)
    assert "SHA-256" in flaws["digits"]
    assert flaws["second"] == "5 bytes long instead of 20,000"
    assert (flaws["third"], flaws["fourth"]) == ("not a file", "missing")


def test_force_fetches_what_is_right_and_keeps_it_where_that_fails(tmp_path, good, bad):
    fetched(tmp_path, good.url)
    fetched(tmp_path, good.url, force=True)
    assert good.requests == ["/digits.gz"] * 2
    with pytest.raises(DownloadError):
        fetched(tmp_path, bad.url, force=True)
    assert fetched(tmp_path, bad.url) == []


def test_a_complete_cache_needs_neither_lock_nor_network(tmp_path, good):
    fetched(tmp_path, good.url)
    (tmp_path / ".lock").unlink()
    assert fetched(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["digits"]


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_a_read_only_folder(good):
    with tempfile.TemporaryDirectory() as name:  # not below tmp_path, where a root turned nobody may not look
        folder = Path(name)
        fetched(folder, good.url)
        folder.chmod(0o555)
        with no_root():
            assert fetched(folder) == []
            with pytest.raises(HandwritingError, match=r"can't write .*--data-dir"):
                fetched(folder, good.url, files=SEVERAL)
        folder.chmod(0o755)


@contextlib.contextmanager
def no_root():
    """Be nobody for a while, if root: root may write everywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_that_can_not_be(tmp_path, good):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HandwritingError, match=r"can't write .*--data-dir"):
        fetched(tmp_path / "file" / "mnist", good.url)
    assert good.requests == []


def test_giving_up_half_way_leaves_nothing(tmp_path, bad, good):
    bad.answers["/digits.gz"] = begun(HALF, len(PACKED), stall)
    events = fetch([FILE], [bad.url], tmp_path)
    assert next(event for event in events if event.done > 50_000)
    events.close()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    assert fetched(tmp_path, good.url) == []


PROGRAM = f"""
import sys
from pathlib import Path
from handwriting.datasets.downloads.cache import RemoteFile, fetch
from handwriting.errors import HandwritingError

def room(size):  # the soft limit only: afterwards whatever watches this process may write again
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

if len(sys.argv) > 3:
    room(int(sys.argv[3]))
try:
    for event in fetch([{FILE!r}], [sys.argv[1]], Path(sys.argv[2])):
        pass
except HandwritingError as error:
    print(error, file=sys.stderr)
    if len(sys.argv) > 3:
        room(-1)  # no limit
    sys.exit(1)
"""


def program(*arguments) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("stop", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_download_stopped_within_leaves_a_folder_that_works(tmp_path, bad, good, stop):
    bad.answers["/digits.gz"] = begun(HALF, len(PACKED), stall)
    with program(bad.url, tmp_path) as process:
        until(lambda: any(path.stat().st_size > 50_000 for path in tmp_path.glob(".digits.*.part")))
        process.send_signal(getattr(signal, stop))
        process.communicate(timeout=5)
    assert not (tmp_path / "digits").exists()
    assert fetched(tmp_path, good.url) == []  # which also sees to it that no .part is left


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_eight_processes_at_once_fetch_once(tmp_path, bad):
    bad.answers["/digits.gz"] = begun(
        HALF, None, lambda handler: (time.sleep(0.5), handler.wfile.write(PACKED[len(HALF) :]))
    )
    processes = [program(bad.url, tmp_path) for _ in range(8)]
    for process in processes:
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0
    assert bad.requests == ["/digits.gz"]
    assert fetched(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("room", [0, 100_000])
def test_a_full_disk_is_not_the_mirror_s_fault(tmp_path, good, room):
    (tmp_path / "digits").write_bytes(b"old")
    with program(good.url, tmp_path, room) as process:
        _, told = process.communicate(timeout=10)
    assert process.returncode == 1
    assert told.startswith(f"can't write {tmp_path / 'digits'}: ")
    assert told.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "digits"]
    assert (tmp_path / "digits").read_bytes() == b"old"


def test_copies_from_a_folder_plain_or_packed_under_either_name(tmp_path):
    source, folder = tmp_path / "source", tmp_path / "cache"
    source.mkdir()
    (source / "digits.gz").write_bytes(PACKED)
    (source / "labels.idx1-ubyte").write_bytes(OTHERS["second"])
    files = (FILE, published("labels-idx1-ubyte", OTHERS["second"]))
    assert all(isinstance(event, Progress) for event in copy_from(files, source, folder))
    assert set(verify(files, folder).values()) == {None}
    shutil.rmtree(source)
    assert list(copy_from(files, source, folder)) == []


def test_the_right_one_of_two_copies_is_taken(tmp_path):
    source, folder = tmp_path / "source", tmp_path / "cache"
    source.mkdir()
    (source / "digits").write_bytes(PLAIN)
    (source / "digits.gz").write_bytes(HALF)
    list(copy_from([FILE], source, folder))
    assert verify([FILE], folder) == {"digits": None}


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("else", b"", r"has neither digits\.gz nor digits"),
        ("digits", PLAIN[:-1], "digits is 299,999 bytes long"),
        ("digits", PLAIN + b"!", "digits is longer than"),
        ("digits.gz", PLAIN, "digits.gz is not a sound gzip"),
        ("digits.gz", HALF, "breaks off"),
    ],
)
def test_copies_that_are_not_the_file(tmp_path, name, content, cause):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=cause):
        list(copy_from([FILE], tmp_path, tmp_path / "cache"))
    assert not list(tmp_path.glob("cache/digits*"))


def test_copies_from_no_folder(tmp_path):
    with pytest.raises(DataError, match="can't read the folder"):
        list(copy_from([FILE], tmp_path / "none", tmp_path / "cache"))


def test_an_archive_of_something_else(tmp_path, bad, good):
    for name, body in {"page.npz": b"<html>", "large.npz": bytes(10**7)}.items():
        bad.answers[f"/{name}"] = whole(body)
    member = RemoteFile(FILE.name, FILE.size, FILE.sha256, "x_train")
    mirrors = [f"{bad.url}/{name}" for name in ("page.npz", "large.npz", "none.npz")]
    notices = fetched(tmp_path, *mirrors, good.url, files=[member])
    for cause, notice in zip(("not a sound .npz", "10,000,000", "404"), notices, strict=True):
        assert cause in notice
    [notice] = fetched(tmp_path, mirrors[0], good.url, force=True)
    assert "not known where in it" in notice
