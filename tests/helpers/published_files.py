"""Files of random bytes as mirrors publish them, and fetching them, for the tests of downloads."""

import gzip
import hashlib
import random
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handwriting.datasets.downloads.cache import obtain
from handwriting.datasets.downloads.remote_files import RemoteFile, flaw
from handwriting.interfaces import Notice


def published(name: str, plain: bytes) -> RemoteFile:
    return RemoteFile(name, len(plain), hashlib.sha256(plain).hexdigest())


PLAIN = random.Random(1).randbytes(300_000)
PACKED = gzip.compress(PLAIN)
FILE = published("digits", PLAIN)
OTHERS = {name: random.Random(name).randbytes(20_000) for name in ("second", "third")}
SEVERAL = (FILE, *(published(name, plain) for name, plain in OTHERS.items()))
HALF = PACKED[:150_000]


def flaws(files: Sequence[RemoteFile], folder: Path) -> list[Any]:
    return [flaw(file, folder) for file in files]


def fetched(folder: Path, *mirrors: object, files: Sequence[RemoteFile] = (FILE,), **settings: Any) -> list[str]:
    """Fetch, check that `folder` then holds the right files and no others, and return the notices."""
    events = list(obtain(files, folder, mirrors=[str(mirror) for mirror in mirrors], **settings))
    assert flaws(files, folder) == [None] * len(files)
    assert {path.name for path in folder.iterdir()} <= {file.name for file in files} | {".lock"}
    return [event.text for event in events if isinstance(event, Notice)]


def refused_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
