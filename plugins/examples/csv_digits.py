"""csv-digits: images from a CSV file of one's own."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handwriting.errors import DataError
from handwriting.interfaces import Dataset, Examples, Splits


@dataclass(frozen=True)
class CsvDigits(Dataset):
    """Lines of a label and 784 grey levels, 255 for ink: every fifth line is for testing."""

    api_version = 2
    path: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", str(Path(self.path).absolute()))

    def load(self, folder: Path) -> Splits:
        try:
            rows = np.loadtxt(self.path, np.uint8, delimiter=",").reshape(-1, 785)
        except (OSError, ValueError) as error:
            raise DataError(f"{self.path} can't be read: {error}") from error
        examples = Examples(rows[:, 1:].reshape(-1, 28, 28), rows[:, 0])
        tested = np.arange(len(rows)) % 5 == 4
        names = tuple(map(str, range(rows[:, 0].max() + 1)))
        return Splits(examples[np.flatnonzero(~tested)], examples[np.flatnonzero(tested)], names)
