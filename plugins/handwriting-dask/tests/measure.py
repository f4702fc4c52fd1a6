"""Pictures of MNIST by the hundred thousand, to measure `hwr read-many` with, and a check of what it has read.

    python measure.py make FOLDER --pictures 100000 --kind tar
    hwr read-many 'FOLDER/*.tar' -o RESULTS
    python measure.py check RESULTS --pictures 100000

MNIST has 70,000 images, which are written more than once if more are wanted. The name of a picture ends in its label.
"""

import io
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

PER_SHARD = 1000
"""Pictures in an archive, or in a folder."""


@click.group()
def main() -> None:
    """Make pictures, and check what has been read of them."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--pictures", default=100_000)
@click.option("--kind", type=click.Choice(("tar", "zip", "folder")), default="tar")
def make(folder: Path, pictures: int, kind: str) -> None:
    """Write pictures into the archives FOLDER/00000.tar, 00001.tar and so on, or into such folders."""
    digits = _digits(pictures)
    for shard in range(-(-pictures // PER_SHARD)):
        _write(folder / f"{shard:05}", kind, dict(islice(digits, PER_SHARD)))


@main.command()
@click.argument("results", type=click.Path(exists=True, path_type=Path))
@click.option("--pictures", default=100_000)
def check(results: Path, pictures: int) -> None:
    """Check that there is one row for each picture, and print what they say."""
    import pyarrow.dataset

    table = pyarrow.dataset.dataset(results).to_table(["path", "text", "failed"])
    names = [path.rpartition("/")[2] for path in table["path"].to_pylist()]
    expected = {name for name, _ in _names(pictures)}
    doubled = sum(times > 1 for times in Counter(names).values())
    correct = sum(text == name[-5] for name, text in zip(names, table["text"].to_pylist(), strict=True))
    print(f"{len(names)} rows, {len(expected - set(names))} lost, {doubled} doubled, {correct} read correctly")
    if set(names) != expected or doubled:
        raise SystemExit(1)


def _names(pictures: int) -> Iterator[tuple[str, int]]:
    """Yield the names of pictures, such as 0070001-7.png, and the positions of their images in MNIST."""
    labels = [int(label) for labels in _mnist("labels-idx1") for label in labels]
    for number in range(pictures):
        yield f"{number:07}-{labels[number % len(labels)]}.png", number % len(labels)


def _digits(pictures: int) -> Iterator[tuple[str, bytes]]:
    """Yield pictures as PNG files, with their names."""
    import numpy as np
    from PIL import Image

    images = np.concatenate(_mnist("images-idx3"))
    for name, position in _names(pictures):
        content = io.BytesIO()
        Image.fromarray(images[position]).save(content, "PNG")
        yield name, content.getvalue()


def _mnist(kind: str) -> list[Any]:
    from handwriting.datasets.idx import read_idx
    from handwriting.system.storage import data_directory

    folder = data_directory() / "datasets" / "mnist"
    return [read_idx(folder / f"{split}-{kind}-ubyte") for split in ("t10k", "train")]


def _write(path: Path, kind: str, contents: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "folder":
        path.mkdir()
        for name, content in contents.items():
            (path / name).write_bytes(content)
    elif kind == "zip":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(path.with_suffix(".tar"), "w") as tar:
            for name, content in contents.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))


if __name__ == "__main__":
    main()
