"""Datasets: where examples come from.

mnist.py         MNIST: its files, their checksums and mirrors
idx_dataset.py   a dataset published as four IDX files, as MNIST is
idx.py           the IDX file format
published.py     the contract of datasets that `hwr download` can fetch and verify
downloads/       fetching, checking and caching published files
strokes/         digits that the package draws itself
non_digits/      images that the package draws and that show no digit
lines/           candidates for digits, cut out of lines that the package draws
drawn.py         what these three have in common: drawn once from a seed, then kept in a file
image_folder.py  a folder of pictures as a dataset
mixture.py       several datasets as one
opening.py       a dataset by its name, from a folder of pictures, or as a model file records it

In: files from the network, picture files, or a seed. Out: `Splits`, images (n, 28, 28) with their labels.
"""

from pathlib import Path

from handwriting.interfaces import Dataset, Splits


def load(dataset: Dataset, folder: Path) -> Splits:
    """Prepare `dataset` in `folder` without showing progress, and return its examples.

    Raises `DataError` if they are not available.
    """
    for _ in dataset.prepare(folder):
        pass
    return dataset.load(folder)
