"""MNIST end to end: from a mirror of the real files into the cache and out of it as examples."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.datasets import load
from handwriting.datasets.mnist import FILES, Mnist
from handwriting.errors import DataError
from tests.helpers.mirror_server import MirrorServer, whole


@pytest.fixture
def mnist(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A mirror of the real files."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with MirrorServer() as server:
        server.answers = {f"/{path.name}": whole(path.read_bytes()) for path in mnist_folder.glob("*.gz")}
        yield server


def test_mnist_from_its_files(tmp_path: Path, mnist: Any) -> None:
    splits = load(Mnist([mnist.url]), tmp_path)
    assert (splits.train.images.shape, splits.test.images.shape) == ((60_000, 28, 28), (10_000, 28, 28))
    assert splits.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert splits.class_names == tuple("0123456789")
    assert not isinstance(splits.train.images, np.memmap)
    assert len(mnist.requests) == 4
    assert Mnist().verify(tmp_path) == dict.fromkeys(file.name for file in FILES)


def test_files_that_do_not_belong_together(tmp_path: Path, mnist: Any) -> None:
    load(Mnist([mnist.url]), tmp_path)
    shutil.copy(tmp_path / FILES[3].name, tmp_path / FILES[1].name)
    with pytest.raises(DataError, match="do not belong together"):
        Mnist().load(tmp_path)


def test_mnist_from_a_folder_of_copies(tmp_path: Path, mnist_folder: Path) -> None:
    for _ in Mnist().obtain(tmp_path, source=mnist_folder):
        pass
    assert len(load(Mnist(["http://nowhere.invalid"]), tmp_path).test) == 10_000


def test_other_mirrors_for_one_call(tmp_path: Path, mnist: Any) -> None:
    for _ in Mnist(["http://nowhere.invalid"]).obtain(tmp_path, mirrors=[mnist.url]):
        pass
    assert len(mnist.requests) == 4
