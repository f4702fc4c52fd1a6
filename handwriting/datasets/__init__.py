"""Datasets: where examples come from. First room of the data flow, in front of the network.

idx.py           the file format that MNIST is published in
remote_files.py  a published file: its name, size and SHA-256, and whether the one on disk is that file
local_copies.py  copies of it that somebody brought along in a folder
transfer.py      one HTTP transfer that can't hang; its times are in patience.py, its failures in transfer_errors.py
unpack.py        gzip streams and .npz archives to plain bytes, never more than expected
mirrors.py       a mirror hands over one file
download.py      fetch, copy and verify the files of a dataset in the cache
published.py     what `hwr download` asks of a dataset that others publish
idx_dataset.py   a dataset made of four such files; what a plugin for Kuzushiji-MNIST would inherit from
mixture.py       several datasets as one
mnist.py         MNIST itself: names, sums, mirrors
strokes/         digits that the package draws itself
folder.py        a person's own pictures, one sub-folder for each class
"""

from pathlib import Path

from handwriting.interfaces import Dataset, Splits


def load(dataset: Dataset, folder: Path) -> Splits:
    """Prepare `dataset` in `folder` without telling anybody how far it is, and return its examples.

    Raises `DataError` where they can't be had.
    """
    for _ in dataset.prepare(folder):
        pass
    return dataset.load(folder)
