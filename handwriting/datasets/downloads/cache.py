"""The files of a dataset in the cache, fetched from mirrors or copied from a folder.

The cache holds uncompressed files under their published names. A file gets its name only when it is right to the last
bit, and one process at a time writes to the folder.
"""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from handwriting.datasets.downloads.remote_files import MISSING, NotFound, RemoteFile, SourceError, flaw, gunzip, store
from handwriting.datasets.downloads.transfer import longest, receive
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Notice, Progress
from handwriting.system import storage

GZIP_OVERHEAD = 1 << 16
"""Most bytes by which a compressed file is longer than the file, for headers and content that does not compress."""


def obtain(
    files: Sequence[RemoteFile],
    folder: Path,
    *,
    source: Path | None = None,
    mirrors: Sequence[str] = (),
    force: bool = False,
) -> Iterator[Progress | Notice]:
    """Bring the `files` into `folder`: those that are missing or damaged there, or all with `force`.

    They come from the folder `source`, else from `mirrors`, URLs of folders, tried in this order; each holds NAME.gz or
    NAME. Raises `DataError` if a file is missing in `source` or is not the right one; `DownloadError` if no mirror
    delivers a file, naming each mirror with the cause; and `HandwritingError` if `folder` can't be written to.
    """
    if not force and not any(flaw(file, folder) for file in files):  # before locking: `folder` may be read-only
        return
    order = list(mirrors)
    yield from storage.announce_waiting(folder)
    with storage.locked(folder):
        end = time.monotonic() + longest(sum(file.size for file in files))
        for file in files:
            wrong = flaw(file, folder)  # again: another process may have replaced it meanwhile
            if wrong and wrong != MISSING:
                yield Notice(f"{folder / file.name} is {wrong}; replacing it")
            if wrong or force:
                yield from _fetch(file, order, folder, end) if source is None else _copy(file, source, folder)


def without_password(url: str) -> str:
    """Return `url` as it may be shown, without the user name and password before the host."""
    return re.sub("//[^/]*@", "//", url)


def _fetch(file: RemoteFile, mirrors: list[str], folder: Path, end: float) -> Iterator[Progress | Notice]:
    """Try the mirrors in turn. One that fails is moved to the end of the list, so that its timeouts occur only once."""
    failed: dict[str, list[str]] = {}  # the mirrors by the cause, which may be the same for all
    remedies: list[str] = []
    for mirror in tuple(mirrors):
        shown = without_password(mirror)
        try:
            yield from _download(file, mirror, folder, end)
        except SourceError as failure:
            failed.setdefault(str(failure), []).append(shown)
            remedies += [failure.remedy] if failure.remedy else []
            mirrors.remove(mirror)
            mirrors.append(mirror)
            continue
        if failed:
            yield Notice(f"{file.name}: {_failures(failed)}; fetched from {shown}")
        return
    advice = "; ".join(["or get the files elsewhere: hwr download --from DIR", *dict.fromkeys(remedies)])
    causes = _failures(failed) or "no mirror is named"
    raise DownloadError(f"can't fetch {file.name}: {causes}. Try again later, {advice}", "; ".join(failed))


def _failures(failed: dict[str, list[str]]) -> str:
    return "; ".join(f"{' and '.join(mirrors)} failed ({cause})" for cause, mirrors in failed.items())


def _download(file: RemoteFile, mirror: str, folder: Path, end: float) -> Iterator[Progress]:
    url = f"{mirror.rstrip('/')}/{file.name}"
    try:
        yield from store(file, folder, gunzip(receive(f"{url}.gz", file.size + GZIP_OVERHEAD, end)))
    except NotFound:
        yield from store(file, folder, receive(url, file.size, end))


def _copy(file: RemoteFile, source: Path, folder: Path) -> Iterator[Progress]:
    flaws: list[str] = []
    for path in _copies(file, source):
        content = _read(path)
        try:
            yield from store(file, folder, gunzip(content) if path.suffix == ".gz" else content)
            return
        except SourceError as failure:
            flaws.append(f"{path} is {failure}")
    raise DataError("; ".join(flaws) or f"{source} has neither {file.name}.gz nor {file.name}")


def _copies(file: RemoteFile, source: Path) -> list[Path]:
    """Return the files in `source` whose names are that of `file`.

    A dot counts as a hyphen, because some programs decompress MNIST to train-images.idx3-ubyte.
    """
    try:
        paths = sorted(source.iterdir())
    except OSError as error:
        raise DataError(f"can't read the folder {source}: {error.strerror or error}") from error
    name = file.name.replace(".", "-")
    return [path for path in paths if path.name.removesuffix(".gz").replace(".", "-") == name and path.is_file()]


def _read(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 18):
                yield chunk
    except OSError as error:
        raise SourceError(f"not readable ({error.strerror or error})") from error
