"""The files of a dataset in the cache: fetch them from mirrors, copy them from a folder.

The cache holds plain files under their published names. Only a file that is right to the last bit ever gets its name,
and one process at a time works in the folder. For `verify`, see `remote_files`, whose names can be had from here.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handwriting.datasets.downloads.patience import PATIENCE, Patience
from handwriting.datasets.downloads.remote_files import MISSING, RemoteFile, Unusable, flaw, store, verify
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Notice, Progress
from handwriting.system import storage

if TYPE_CHECKING:
    from handwriting.datasets.downloads.mirrors import Mirror

__all__ = ["Patience", "RemoteFile", "copy_from", "fetch", "verify"]


def fetch(
    files: Sequence[RemoteFile],
    mirrors: Sequence[str],
    folder: Path,
    force: bool = False,
    patience: Patience = PATIENCE,
) -> Iterator[Progress | Notice]:
    """Bring all `files` into `folder`: those that are not right there, or with `force` all, from the first mirror able.

    A mirror is the address of a folder or of an .npz archive. Where everything is right, nothing is written or locked:
    a read-only folder will do. Raises `DownloadError` where no mirror gives a file, naming each with its cause, and
    `HandwritingError` where `folder` can't be written to.
    """
    if not force and not any(verify(files, folder).values()):
        return
    from handwriting.datasets.downloads.mirrors import mirror_at

    with storage.locked(folder):
        asked = [mirror_at(url, files, patience) for url in mirrors]
        for file in files:
            wrong = flaw(file, folder)  # looked at again: another process may have been faster
            if wrong or force:
                yield from _say_damaged(file, wrong, folder)
                yield from _fetch_one(file, asked, folder)


def copy_from(
    files: Sequence[RemoteFile], source: Path, folder: Path, force: bool = False
) -> Iterator[Progress | Notice]:
    """Bring all `files` into `folder` from NAME.gz or NAME in the folder `source`, checked as strictly as a download.

    Raises `DataError` where one is missing there or is not the right file, and `HandwritingError` where `folder` can't
    be written to.
    """
    with storage.locked(folder):
        for file in files:
            wrong = flaw(file, folder)
            if wrong or force:
                yield from _say_damaged(file, wrong, folder)
                yield from _copy_one(file, source, folder)


def _fetch_one(file: RemoteFile, mirrors: list["Mirror"], folder: Path) -> Iterator[Progress | Notice]:
    """Ask the mirrors in turn. One that fails is asked last from then on: its timeouts are waited for only once."""
    failures: list[tuple[Mirror, Unusable]] = []
    for mirror in tuple(mirrors):
        if failures:
            failed, cause = failures[-1]
            yield Notice(f"{file.name}: {failed} failed ({cause}); trying {mirror}")
        try:
            yield from mirror.deliver(file, folder)
            return
        except Unusable as failure:
            failures.append((mirror, failure))
            mirrors.remove(mirror)
            mirrors.append(mirror)
    raise DownloadError(_all_failed(file, failures))


def _all_failed(file: RemoteFile, failures: Sequence[tuple["Mirror", Unusable]]) -> str:
    causes = "; ".join(f"{mirror}: {failure}" for mirror, failure in failures) or "no mirror is named"
    remedies = dict.fromkeys(failure.remedy for _, failure in failures if failure.remedy)
    advice = ["or bring the files yourself: hwr download --from DIR", *remedies]
    return f"can't fetch {file.name}: {causes}. Try again later, {'; '.join(advice)}"


def _copy_one(file: RemoteFile, source: Path, folder: Path) -> Iterator[Progress]:
    flaws = []
    from handwriting.datasets.downloads.local_copies import copies

    for path, chunks in copies(file, source):
        try:
            yield from store(file, folder, chunks)
            return
        except Unusable as failure:
            flaws.append(f"{path} is {failure}")
    raise DataError("; ".join(flaws) or f"{source} has neither {file.name}.gz nor {file.name}")


def _say_damaged(file: RemoteFile, wrong: str | None, folder: Path) -> Iterator[Notice]:
    if wrong not in (None, MISSING):
        yield Notice(f"{folder / file.name} is {wrong}; replacing it")
