"""Class names: a folder of pictures whose subfolders have any names becomes a dataset whose model can be loaded."""

import os
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from handwriting.datasets.image_folder import ImageFolder
from handwriting.models import model_file
from handwriting.models.model_file import Model
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.losses import CrossEntropy
from handwriting.nn.network import Network
from tests.fuzz.targets import commands

SEPARATOR = b"/"
"""Between the names, as no name contains it."""
MOST_BYTES = 200
"""File systems allow 255."""
NAMES = st.one_of(
    st.text(min_size=1, max_size=20).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(min_size=1, max_size=20),
    st.sampled_from([b"0", b"1", b"non-digit", b"nothing", b"train", b"test", b"=1+1", b"\x1b[31m", "\u202e".encode()]),
)


def contents() -> SearchStrategy[bytes]:
    """One to four names of folders."""
    return st.lists(NAMES, min_size=1, max_size=4).map(SEPARATOR.join)


def use(content: bytes, folder: Path) -> None:
    """Load the pictures, and save, load and describe a model of these classes."""
    pictures = folder / "pictures"
    for name in content.split(SEPARATOR):
        _write_pictures(pictures / os.fsdecode(name.replace(b"\0", b"")[:MOST_BYTES]))
    class_names = ImageFolder(pictures).load(folder).class_names
    layers = [Flatten(), Dense(len(class_names))]
    network = Network.build(layers, np.random.default_rng(0))
    path = folder / "model.safetensors"
    model_file.save(Model(network, CrossEntropy(), class_names), path)
    assert len(model_file.load(path).class_names) == len(class_names)
    commands.run("info", "-m", path, data=folder)
    commands.strict_json(commands.run("info", "--format", "json", "-m", path, data=folder))


def _write_pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(2):
        (folder / f"{number}.png").write_bytes(commands.PICTURE)
