"""The contract of a dataset that is published as files: what `hwr download` needs of it."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from handwriting.interfaces import Dataset, Notice, Progress


class Published(Dataset):
    """A dataset whose files come from the network or from a local folder, are checked, and are kept in the cache."""

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Fetch the files that are missing or damaged. Raises `DownloadError` if that fails."""
        yield from self.obtain(folder)

    @abstractmethod
    def obtain(
        self, folder: Path, *, source: Path | None = None, mirrors: Sequence[str] = (), force: bool = False
    ) -> Iterator[Progress | Notice]:
        """Bring the files into `folder`, from the folder `source`, else from `mirrors`, else from the published URLs.

        `mirrors` are URLs, tried in this order. With `force`, intact files are replaced too. A file is replaced only
        after its successor has been checked. Raises `DataError` if `source` does not hold the right files, and
        `DownloadError` if no server delivers them.
        """

    @abstractmethod
    def verify(self, folder: Path) -> dict[str, str | None]:
        """Return what is wrong with each file in `folder` by name, None if nothing is; change nothing."""
