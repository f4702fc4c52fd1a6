"""A temporary folder with what the rows work on; each thing is made when it is first asked for.

This process stays small (it does not import NumPy), because the peak memory reported for a child starts from that of
its parent.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from handwriting.system.storage import data_directory

from .processes import environment, hwr, run
from .results import CannotRun
from .worker import Worker

MNIST = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

DATA_WRITER = "data_writer:DataWriter"
"""The worker that writes most data."""

PLUGIN = '''
"""Datasets for the benchmarks: IDX files in a given folder, mapped as MNIST's are."""

from pathlib import Path

from handwriting.datasets.mnist import Mnist
from handwriting.interfaces import Dataset


class Once(Dataset):
    files = {once!r}

    def load(self, folder):
        return Mnist().load(Path(self.files))


class Tenfold(Once):
    files = {tenfold!r}
'''

ENTRY_POINTS = "[handwriting.datasets]\nonce = benchmark_data:Once\ntenfold = benchmark_data:Tenfold\n"


@dataclass(frozen=True)
class Workspace:
    """The temporary folder `folder`; `quick` makes less of everything."""

    folder: Path
    quick: bool

    @cached_property
    def mnist(self) -> Path:
        """A folder with MNIST's four files, copied from the user's cache. Raises `CannotRun` if it has none."""
        cached = data_directory() / "datasets" / "mnist"
        if not all((cached / name).is_file() for name in MNIST):
            raise CannotRun(f"MNIST is not cached in {cached}: hwr download")
        copy = self.folder / "data" / "datasets" / "mnist"
        copy.mkdir(parents=True)
        for name in MNIST:
            shutil.copyfile(cached / name, copy / name)
        return copy

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment for hwr: a data directory in this folder, with MNIST in its cache."""
        return environment(HWR_DATA_DIR=str(self.mnist.parents[1]))

    @cached_property
    def plugin_environment(self) -> Mapping[str, str]:
        """The environment for hwr with a plugin installed, whose datasets are `once` and `tenfold`."""
        site = self.folder / "site"
        information = site / "benchmark_data-1.0.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: benchmark-data\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(ENTRY_POINTS)
        source = PLUGIN.format(once=str(self.mnist), tenfold=str(self.tenfold))
        (site / "benchmark_data.py").write_text(source)
        return self.environment | {"PYTHONPATH": str(site)}

    @cached_property
    def model(self) -> Path:
        """A model trained on MNIST by the default recipe."""
        path = self.folder / "model.safetensors"
        quick = ("--epochs", 1) if self.quick else ()
        run(hwr("train", "--dataset", "mnist", *quick, "--output", path), self.environment)
        return path

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """The default recipe of `hwr train`, as words and numbers."""
        with Worker("hwr:Hwr") as worker:
            return dict(worker.call("default_recipe"))

    def corrupted(self, count: int) -> tuple[Path, list[str]]:
        """A folder of .npy files with `count` test images, clean and corrupted, and the files' names in order."""
        folder = self.folder / f"corrupted-{count}"
        return folder, list(self._write("corrupted", folder=str(folder), count=count))

    def pictures(self, count: int, size: int | None = None) -> Path:
        """A folder of `count` PNG files: MNIST's test images in dark ink on white.

        They are 28x28, or with a `size` cut off at the ink, the longer side `size` pixels long.
        """
        name = f"crops-{size}-{count}" if size else f"pictures-{count}"
        return self._folder(name, "pictures", count=count, size=size)

    def scans(self, count: int) -> Path:
        """A folder of `count` PNG files of 200x200: MNIST's test images, enlarged, on grey paper with some noise."""
        return self._folder(f"scans-{count}", "scans", count=count)

    def lines(self, count: int) -> Path:
        """A folder of PNG files: `count` drawn lines of each kind, and words."""
        return self._folder(f"lines-{count}", "lines", "line_writer:LineWriter", count=count)

    def forms(self, count: int) -> Path:
        """A folder of PNG files: `count` numbers on forms of each kind."""
        return self._folder(f"forms-{count}", "forms", "form_writer:FormWriter", count=count)

    def pages(self, count: int) -> Path:
        """A folder of PNG files: `count` pages of each kind; lines.json in it has the lines of each."""
        return self._folder(f"pages-{count}", "pages", "page_writer:PageWriter", count=count)

    @cached_property
    def tenfold(self) -> Path:
        """A folder with MNIST's four files, every training image ten times."""
        folder = self.folder / "tenfold"
        self._write("tenfold", folder=str(folder))
        return folder

    def _folder(self, name: str, method: str, writer: str = DATA_WRITER, **arguments: Any) -> Path:
        """Return a folder that a method of a writer fills, unless that was done before."""
        folder = self.folder / name
        if not folder.exists():
            self._write(method, writer, folder=str(folder), **arguments)
        return folder

    def _write(self, method: str, writer: str = DATA_WRITER, **arguments: Any) -> Any:
        with Worker(writer, mnist=str(self.mnist)) as worker:
            return worker.call(method, **arguments)
