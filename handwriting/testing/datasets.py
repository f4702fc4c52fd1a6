"""The contract of datasets as tests, on the examples that one gives."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from handwriting.interfaces import Dataset, Examples, Splits
from handwriting.testing.findings import Finding, Test, expect, findings, insist


def check_dataset(dataset: Dataset, folder: Path) -> None:
    """Raise `AssertionError` where a dataset, with `folder` as its own place, breaks the contract."""
    insist(dataset_findings(dataset, folder))


def dataset_findings(dataset: Dataset, folder: Path) -> Iterator[Finding]:
    """Run every test on a dataset and tell what was found."""
    yield from findings(dataset_tests(dataset, folder))


def dataset_tests(dataset: Dataset, folder: Path) -> dict[str, Test]:
    """Return every test by name, to be run one by one."""
    trial = Trial(dataset, folder)
    return {
        "gets ready": trial.readiness,
        "pictures": trial.pictures,
        "labels and names": trial.labels,
        "same answer twice": trial.repetition,
    }


class Trial:
    """A dataset on trial; each method is a test, returns what it saw, or raises."""

    def __init__(self, dataset: Dataset, folder: Path) -> None:
        self.dataset, self.folder = dataset, folder

    def readiness(self) -> str:
        """`prepare` goes through and `load` gives training and test examples."""
        for _ in self.dataset.prepare(self.folder):
            pass
        splits = self._load()
        expect(len(splits.train) > 0 and len(splits.test) > 0, "there are no examples to train or to test with")
        return f"{len(splits.train):,} to learn from, {len(splits.test):,} for the test"

    def pictures(self) -> str:
        """Pictures are uint8 (n, 28, 28), light ink on dark paper."""
        for examples in self._both():
            images = examples.images
            expect(images.dtype == np.uint8, f"the pictures are {images.dtype} instead of uint8")
            expect(images.shape[1:] == (28, 28), f"a picture has the shape {images.shape[1:]} instead of (28, 28)")
            some = np.asarray(images[:: max(1, len(images) // 1000)])
            edges = (some[:, (0, -1), :], some[:, :, (0, -1)])
            expect(
                max(edge.mean() for edge in edges) < 100, "the borders are light: ink is to be light (255) on dark (0)"
            )
            expect(some.max() > 200, f"the lightest pixel has the grey level {some.max()}: ink is to reach 255")
        return "uint8, light on dark"

    def labels(self) -> str:
        """Labels are uint8 (n,), each the position of one of the different, printable class names."""
        names = self._load().class_names
        expect(isinstance(names, tuple) and len(names) > 1, "class_names is to be a tuple of at least two names")
        expect(all(isinstance(name, str) and name.isprintable() for name in names), "a class name is no printable text")
        expect(len(set(names)) == len(names), "two classes have the same name")
        for examples in self._both():
            labels = examples.labels
            expect(labels.dtype == np.uint8, f"the labels are {labels.dtype} instead of uint8")
            expect(
                labels.shape == examples.images.shape[:1], f"{labels.shape} labels, {examples.images.shape} pictures"
            )
            expect(labels.max() < len(names), f"there is a label {labels.max()}, but only {len(names)} classes")
        return f"{len(names)} classes"

    def repetition(self) -> str:
        """`load` gives the same examples every time."""
        for first, second in zip(self._both(), self._both(), strict=True):
            expect(np.array_equal(first.images, second.images), "the pictures differ when they are loaded again")
            expect(np.array_equal(first.labels, second.labels), "the labels differ when they are loaded again")
        return "equal"

    def _load(self) -> Splits:
        return self.dataset.load(self.folder)

    def _both(self) -> tuple[Examples, Examples]:
        splits = self._load()
        return splits.train, splits.test
