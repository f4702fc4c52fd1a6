"""What several test files share: the command line as users reach it, and data to use it on."""

import gzip
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from handwriting.datasets.idx import read_idx

hypothesis.settings.register_profile("CI", derandomize=True)  # there a failure must be the change's fault
if os.environ.get("CI"):
    hypothesis.settings.load_profile("CI")

MNIST = Path(__file__).parents[2] / "shared" / "mnist"
QUICK = ("--dataset", "strokes", "--epochs", "2", "--hidden", "32", "--threads", "1")


@dataclass(frozen=True)
class Hwr:
    """`hwr`, run as a process of its own with a data directory of its own."""

    data: Path

    def __call__(self, *arguments, status=0, stdin=None, environment=None, cwd=None):
        """Run it and check its exit status; text goes in and out unless `stdin` is bytes."""
        done = subprocess.run(
            [sys.executable, "-m", "handwriting", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=not isinstance(stdin, bytes),
            env=self.environment() | (environment or {}),
            cwd=cwd,
            timeout=120,
        )
        assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in str(done.stderr)
        return done

    def environment(self):
        """The environment without what a developer's shell may set for hwr."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HWR_", "COLUMNS", "NO_COLOR"))}
        return kept | {"HWR_DATA_DIR": str(self.data), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def hwr(tmp_path):
    """`hwr` with an empty data directory."""
    return Hwr(tmp_path / "data")


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory):
    """What `trained` gives to every test."""
    run = Hwr(tmp_path_factory.mktemp("trained"))
    run("train", *QUICK)
    return run


@pytest.fixture
def trained(trained_once):
    """`hwr` with strokes in its cache and a small model trained on them; leave both as they are.

    A test may train another model elsewhere: the next one finds this one as the last trained again.
    """
    last = trained_once.data / "models" / "last"
    named = last.read_bytes()
    yield trained_once
    last.write_bytes(named)


@pytest.fixture(scope="session")
def mnist_folder():
    """The folder with the real MNIST files."""
    if not MNIST.is_dir():
        pytest.skip(f"needs the MNIST files in {MNIST}")
    return MNIST


@pytest.fixture(scope="session")
def mnist_test(mnist_folder, tmp_path_factory):
    """MNIST's first 500 test pictures, uint8 (500, 28, 28), and their labels."""
    folder = tmp_path_factory.mktemp("mnist-test")
    names = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    for name in names:
        (folder / name).write_bytes(gzip.decompress((mnist_folder / f"{name}.gz").read_bytes()))
    return tuple(read_idx(folder / name)[:500] for name in names)
