"""The contract of datasets as tests, on the examples that one gives."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from handwriting.interfaces import Dataset, Splits
from handwriting.testing.findings import Finding, Test, expect, findings, insist


def check_dataset(dataset: Dataset, folder: Path) -> None:
    """Raise `AssertionError` where a dataset, with `folder` as its own place, breaks the contract."""
    insist(dataset_findings(dataset, folder))


def dataset_findings(dataset: Dataset, folder: Path) -> Iterator[Finding]:
    """Run every test on a dataset and tell what was found."""
    yield from findings(dataset_tests(dataset, folder))


def dataset_tests(dataset: Dataset, folder: Path) -> dict[str, Test]:
    """Return every test by name, to be run one by one."""

    def given(name: str) -> Test:
        return lambda: splits_tests(dataset.load(folder))[name]()

    return {
        "gets ready": lambda: _readiness(dataset, folder),
        "pictures": given("pictures"),
        "light on dark": given("light on dark"),
        "labels and names": given("labels and names"),
        "same answer twice": lambda: _repetition(dataset, folder),
    }


def splits_tests(splits: Splits) -> dict[str, Test]:
    """Return the tests of examples that a dataset has given, by name."""
    return {
        "pictures": lambda: _pictures(splits),
        "light on dark": lambda: _tones(splits),
        "labels and names": lambda: _labels(splits),
    }


def _readiness(dataset: Dataset, folder: Path) -> str:
    """`prepare` goes through and `load` gives training and test examples."""
    for _ in dataset.prepare(folder):
        pass
    splits = dataset.load(folder)
    expect(len(splits.train) > 0 and len(splits.test) > 0, "there are no examples to train or to test with")
    return f"{len(splits.train):,} to learn from, {len(splits.test):,} for the test"


def _pictures(splits: Splits) -> str:
    """Pictures are uint8 (n, 28, 28)."""
    for examples in (splits.train, splits.test):
        images = examples.images
        expect(images.dtype == np.uint8, f"the pictures are {images.dtype} instead of uint8")
        expect(images.shape[1:] == (28, 28), f"a picture has the shape {images.shape[1:]} instead of (28, 28)")
    return "28x28, uint8"


def _tones(splits: Splits) -> str:
    """Ink is light on dark paper."""
    for examples in (splits.train, splits.test):
        some = np.asarray(examples.images[:: max(1, len(examples) // 1000)])
        edges = (some[:, (0, -1), :], some[:, :, (0, -1)])
        expect(max(edge.mean() for edge in edges) < 100, "the borders are light: ink is to be light (255) on dark (0)")
        expect(some.max() > 200, f"the lightest pixel has the grey level {some.max()}: ink is to reach 255")
    return "light on dark"


def _labels(splits: Splits) -> str:
    """Labels are uint8 (n,), each the position of one of the different, printable class names."""
    names = splits.class_names
    expect(isinstance(names, tuple) and len(names) > 0, "class_names is to be a tuple of names")
    expect(all(isinstance(name, str) and name.isprintable() for name in names), "a class name is no printable text")
    expect(len(set(names)) == len(names), "two classes have the same name")
    for examples in (splits.train, splits.test):
        labels = examples.labels
        expect(labels.dtype == np.uint8, f"the labels are {labels.dtype} instead of uint8")
        expect(labels.shape == examples.images.shape[:1], f"{labels.shape} labels, {examples.images.shape} pictures")
        expect(len(labels) > 0, "there are no examples to train or to test with")
        expect(labels.max() < len(names), f"there is a label {labels.max()}, but only {len(names)} classes")
    return f"{len(names)} classes"


def _repetition(dataset: Dataset, folder: Path) -> str:
    """`load` gives the same examples every time."""
    first, second = (dataset.load(folder) for _ in range(2))
    for one, other in ((first.train, second.train), (first.test, second.test)):
        expect(np.array_equal(one.images, other.images), "the pictures differ when they are loaded again")
        expect(np.array_equal(one.labels, other.labels), "the labels differ when they are loaded again")
    return "equal"
