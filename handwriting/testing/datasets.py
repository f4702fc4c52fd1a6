"""The contract of datasets as tests of the examples that one returns."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from handwriting.interfaces import Dataset, Splits
from handwriting.testing.findings import Test, check, expect
from handwriting.testing.side_effects import leaves_nothing_behind, nothing_shared_is_changed, writes_only_inside

MOST_REPEATED = 0.01
"""Fraction of the test set that may also be in the training set: blank images, say, may be equal by chance."""
LOADS = 2
"""How often a dataset is loaded again to see what is left behind."""


def check_dataset(dataset: Dataset, folder: Path) -> None:
    """Raise `AssertionError` if a dataset that keeps its files in `folder` violates the contract."""
    check(dataset_tests(dataset, folder))


def dataset_tests(dataset: Dataset, folder: Path) -> dict[str, Test]:
    """Return all tests of a dataset by name."""

    def loaded(test: Callable[[Splits], str]) -> Test:
        return lambda: test(dataset.load(folder))

    return {
        "prepares and loads": lambda: _prepares_and_loads(dataset, folder),
        "images": loaded(_images),
        "light on dark": loaded(_light_on_dark),
        "labels and classes": loaded(_labels_and_classes),
        "new test examples": loaded(_new_test_examples),
        "deterministic": lambda: _deterministic(dataset, folder),
        "leaves nothing behind": lambda: leaves_nothing_behind(lambda: dataset.load(folder), folder, calls=LOADS),
    }


def quick_tests(splits: Splits) -> dict[str, Test]:
    """Return the tests that examples must pass before they are used."""
    return {"images": lambda: _images(splits), "labels and classes": lambda: _labels_and_classes(splits)}


def _prepares_and_loads(dataset: Dataset, folder: Path) -> str:
    """`prepare` runs to its end, and `load` returns a training set and a test set. Both write only inside `folder`."""
    with nothing_shared_is_changed(), writes_only_inside(folder):
        for _ in dataset.prepare(folder):
            pass
        splits = dataset.load(folder)
    return f"{len(splits.train):,} training examples, {len(splits.test):,} test examples"


def _images(splits: Splits) -> str:
    """Images are uint8 (n, 28, 28)."""
    for examples in (splits.train, splits.test):
        images = examples.images
        expect(images.dtype == np.uint8, f"the images are {images.dtype} instead of uint8")
        expect(images.shape[1:] == (28, 28), f"an image has the shape {images.shape[1:]} instead of (28, 28)")
    return "28x28, uint8"


def _light_on_dark(splits: Splits) -> str:
    """Ink is light on a dark background."""
    for examples in (splits.train, splits.test):
        some = np.asarray(examples.images[:: max(1, len(examples) // 1000)])
        edges = (some[:, (0, -1), :], some[:, :, (0, -1)])
        expect(max(edge.mean() for edge in edges) < 100, "the borders are light: ink should be light (255) on dark (0)")
        expect(some.max() > 200, f"the lightest pixel has the grey level {some.max()}: ink should reach 255")
    return "light on dark"


def _labels_and_classes(splits: Splits) -> str:
    """Labels are uint8 (n,): positions in `class_names`, which are printable and distinct."""
    names = splits.class_names
    expect(isinstance(names, tuple) and len(names) > 0, "class_names is not a tuple of names")
    expect(all(isinstance(name, str) and name.isprintable() for name in names), "a class name is not printable text")
    expect(len(set(names)) == len(names), "two classes have the same name")
    for examples in (splits.train, splits.test):
        labels, images = examples.labels, examples.images
        expect(labels.dtype == np.uint8, f"the labels are {labels.dtype} instead of uint8")
        expect(labels.shape == images.shape[:1], f"labels {labels.shape} do not fit images {images.shape}")
        expect(len(labels) > 0, "there are no examples in the training set or the test set")
        expect(labels.max() < len(names), f"there is a label {labels.max()}, but only {len(names)} classes")
    return f"{len(names)} classes"


def _new_test_examples(splits: Splits) -> str:
    """The images of the test set are not in the training set."""
    known = {hash(image.tobytes()) for image in splits.train.images}
    repeated = sum(hash(image.tobytes()) in known for image in splits.test.images)
    found = f"{repeated:,} of {len(splits.test):,} test images are also in the training set"
    expect(repeated <= MOST_REPEATED * len(splits.test), f"{found}: remove them there, or the accuracy means nothing")
    return found


def _deterministic(dataset: Dataset, folder: Path) -> str:
    """`load` returns the same examples every time."""
    first, second = dataset.load(folder), dataset.load(folder)
    for one, other in ((first.train, second.train), (first.test, second.test)):
        expect(np.array_equal(one.images, other.images), "the images differ when they are loaded again")
        expect(np.array_equal(one.labels, other.labels), "the labels differ when they are loaded again")
    return "equal"
