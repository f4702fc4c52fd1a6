"""A dataset that others publish as files: what `hwr download` can do with it, whatever its files look like."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from handwriting.interfaces import Dataset, Notice, Progress


class Published(Dataset):
    """Files from the network, or from a folder of somebody who has them, checked and kept in the cache."""

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Bring what is not there or not right. Raises `DownloadError` where it can't be fetched."""
        yield from self.obtain(folder)

    @abstractmethod
    def obtain(
        self, folder: Path, *, source: Path | None = None, mirrors: Sequence[str] = (), force: bool = False
    ) -> Iterator[Progress | Notice]:
        """Bring the files into `folder`: from the folder `source`, or from `mirrors`, or from where they are published.

        `mirrors` are URLs, the best one first. With `force` also what is right there already is brought anew. Only
        what is checked may take the place of what is there.
        Raises `DataError` where `source`, `DownloadError` where no server gives the right files.
        """

    @abstractmethod
    def verify(self, folder: Path) -> dict[str, str | None]:
        """Return for the name of each file in `folder` what is wrong with it, None where nothing is; change nothing."""
