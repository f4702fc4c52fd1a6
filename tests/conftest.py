"""Fixtures of several test files: `hwr` as a process, a trained model, and MNIST."""

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import threadpoolctl

from handwriting.datasets import load
from handwriting.datasets.idx import read_idx
from handwriting.datasets.strokes import Strokes
from handwriting.interfaces import Images, Labels
from tests.helpers.hwr import QUICK, Hwr

# The time that a test takes is that of a busy machine; in CI a failure is to be caused by the change.
hypothesis.settings.register_profile("hwr", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("hwr")

MNIST = Path(__file__).parents[2] / "shared" / "mnist"


@pytest.fixture(scope="session", autouse=True)
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread, unless `use_threads` asks for more: others spin, also while another test would work."""
    os.environ["OMP_NUM_THREADS"] = "1"  # for the processes that tests start
    with threadpoolctl.threadpool_limits(1, "blas"):
        yield


@pytest.fixture
def hwr(tmp_path: Path) -> Hwr:
    """`hwr` with an empty data directory."""
    return Hwr(tmp_path / "data")


@pytest.fixture(scope="session")
def drawn_strokes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the dataset `strokes`, drawn once for all processes of pytest-xdist."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared" / "datasets" / "strokes"
    load(Strokes(), folder)  # under a lock
    return folder


@pytest.fixture(scope="session")
def shared_data(drawn_strokes: Path) -> Path:
    """The data directory that holds `drawn_strokes`, for commands that only add datasets to it, such as checks."""
    return drawn_strokes.parents[1]


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory, drawn_strokes: Path) -> Hwr:
    """What `trained` gives to every test."""
    hwr = Hwr(tmp_path_factory.mktemp("trained"))
    shutil.copytree(drawn_strokes, hwr.data / "datasets" / "strokes")
    hwr("train", *QUICK)
    return hwr


@pytest.fixture
def trained(trained_once: Hwr) -> Iterator[Hwr]:
    """`hwr` with strokes in its cache and a small model trained on them; tests must not change either.

    A test may train another model elsewhere: the next test finds this one as the last trained again.
    """
    last = trained_once.data / "models" / "last"
    name = last.read_bytes()
    yield trained_once
    last.write_bytes(name)


@pytest.fixture
def hwr_with_strokes(hwr: Hwr, drawn_strokes: Path) -> Hwr:
    """`hwr` with a data directory of its own, in which only `strokes` is drawn already."""
    shutil.copytree(drawn_strokes, hwr.data / "datasets" / "strokes")
    return hwr


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder with the compressed files of MNIST."""
    if not MNIST.is_dir():
        pytest.skip(f"needs the MNIST files in {MNIST}")
    return MNIST


@pytest.fixture(scope="session")
def mnist_test(mnist_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Images, Labels]:
    """MNIST's first 500 test images, uint8 (500, 28, 28), and their labels."""
    folder = tmp_path_factory.mktemp("mnist-test")
    names = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    for name in names:
        (folder / name).write_bytes(gzip.decompress((mnist_folder / f"{name}.gz").read_bytes()))
    images, labels = (read_idx(folder / name)[:500] for name in names)
    return images, labels
