"""What the rows work on, made when the first of them asks for it, in a temporary folder.

This process stays small (no NumPy): the peak memory that a child reports starts from that of its parent.
"""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from handwriting.system.storage import data_directory

from .comparison import CannotRun
from .processes import environment, hwr, run
from .worker import Worker

MNIST = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

PLUGIN = '''
"""A dataset for benchmarks: IDX files in a folder that is named here, mapped as MNIST's are."""

from pathlib import Path

from handwriting.datasets.mnist import Mnist
from handwriting.interfaces import Dataset


class Once(Dataset):
    place = {once!r}

    def load(self, folder):
        return Mnist().load(Path(self.place))


class Tenfold(Once):
    place = {tenfold!r}
'''

ENTRY_POINTS = "[handwriting.datasets]\nonce = benchmark_data:Once\ntenfold = benchmark_data:Tenfold\n"


@dataclass(frozen=True)
class Material:
    """Data in `folder`, a temporary one; `threads` is what every contestant gets."""

    folder: Path
    threads: int
    quick: bool

    @cached_property
    def mnist(self) -> Path:
        """MNIST's four files, copied out of the user's cache. Raises `CannotRun` where they are not there."""
        cached = data_directory() / "datasets" / "mnist"
        if not all((cached / name).is_file() for name in MNIST):
            raise CannotRun(f"MNIST is not cached in {cached}: hwr download")
        place = self.data / "datasets" / "mnist"
        place.mkdir(parents=True)
        for name in MNIST:
            shutil.copyfile(cached / name, place / name)
        return place

    @property
    def data(self) -> Path:
        """A data directory for hwr, so that the user's own is left alone."""
        return self.folder / "data"

    @cached_property
    def hwr_environment(self) -> dict[str, str]:
        """What hwr is run with: MNIST in the cache, threads and everything else as it chooses itself."""
        assert self.mnist
        return environment(HWR_DATA_DIR=str(self.data))

    @cached_property
    def model(self) -> Path:
        """A trained model, which is also the one trained last."""
        epochs = ["--epochs", "1" if self.quick else "15"]
        run([*hwr(), "train", "--dataset", "mnist", *epochs], self.hwr_environment)
        return Path((self.data / "models" / "last").read_text())

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """What `hwr train` does by default, as plain words and numbers."""
        with Worker("hwr:Defaults") as defaults:
            return dict(defaults.ask("recipe"))

    @cached_property
    def presets(self) -> list[str]:
        """Names of the presets of `hwr train`."""
        with Worker("hwr:Defaults") as defaults:
            return list(defaults.ask("presets"))

    def check_preset(self, name: str) -> None:
        """Raises `CannotRun` where there is no preset of that name."""
        if name not in self.presets:
            raise CannotRun(f"there is no preset {name}; there are: {', '.join(self.presets)}")

    def corrupted(self, count: int) -> tuple[Path, list[str]]:
        """A folder of .npy files with so many test pictures, clean and corrupted, and the files' names in order."""
        folder = self.folder / f"corrupted-{count}"
        return folder, list(self._make("corrupted", folder=str(folder), count=count))

    def pictures(self, count: int, size: int | None = None) -> Path:
        """A folder of so many PNG files: MNIST's test pictures in dark ink on white.

        They are as they are, or with a `size` cut off right at the ink, the longer side so many pixels.
        """
        folder = self.folder / (f"crops-{size}-{count}" if size else f"pictures-{count}")
        if not folder.exists():
            self._make("pictures", folder=str(folder), count=count, size=size)
        return folder

    @cached_property
    def tenfold(self) -> Path:
        """MNIST with every training picture ten times."""
        folder = self.folder / "tenfold"
        self._make("tenfold", folder=str(folder))
        return folder

    @cached_property
    def plugin_environment(self) -> Mapping[str, str]:
        """What hwr is run with to find the datasets `once` and `tenfold` of an installed plugin."""
        site = self.folder / "site"
        information = site / "benchmark_data-1.0.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: benchmark-data\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(ENTRY_POINTS)
        source = PLUGIN.format(once=str(self.mnist), tenfold=str(self.tenfold))
        (site / "benchmark_data.py").write_text(source)
        return self.hwr_environment | {"PYTHONPATH": str(site)}

    def _make(self, what: str, **arguments: Any) -> Any:
        with Worker("maker:Maker", mnist=str(self.mnist)) as maker:
            return maker.ask(what, **arguments)


def python(*arguments: str) -> list[str]:
    """Return a command that runs this Python."""
    return [sys.executable, *arguments]
