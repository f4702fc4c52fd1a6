"""The dataset of a command: MNIST, what replaces it, and a folder of pictures."""

import time
from pathlib import Path

import numpy as np
from PIL import Image

from handwriting.datasets.strokes import Strokes
from tests.helpers.hwr import Hwr


def test_without_mnist_and_network_strokes_are_used_with_a_message(trained: Hwr) -> None:
    nowhere = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    started = time.monotonic()
    done = trained("train", "--epochs", "1", "--hidden", "16", environment=nowhere)
    assert time.monotonic() - started < 60
    (note,) = [line for line in done.stderr.splitlines() if "MNIST" in line or "mnist" in line]
    assert note.startswith("NOTE: MNIST can't be had here (the proxy fails: ")
    assert "strokes: 19,000" in done.stdout


def test_the_dataset_mnist_is_never_replaced(hwr: Hwr) -> None:
    done = hwr("train", "--dataset", "mnist", status=1, environment={"https_proxy": "http://127.0.0.1:9"})
    (line,) = done.stderr.splitlines()
    assert line.startswith("hwr: can't fetch train-images-idx3-ubyte: https://")
    assert line.count("the proxy fails") == 1
    assert "hwr download --from DIR" in line


def test_a_folder_of_pictures(trained: Hwr, tmp_path: Path) -> None:
    test = Strokes().load(trained.data / "datasets" / "strokes").test
    for digit in range(10):
        (tmp_path / "mine" / str(digit)).mkdir(parents=True)
        for number in np.flatnonzero(test.labels == digit)[:20]:
            Image.fromarray(255 - test.images[number]).save(tmp_path / "mine" / str(digit) / f"{number}.png")
    model = tmp_path / "mine.safetensors"
    done = trained("train", "--data", tmp_path / "mine", "--epochs", 20, "--hidden", 32, "-o", model)
    assert "folder: 152 training, 8 validation and 40 test images" in done.stdout
    assert "40 test images" in trained("evaluate", "-m", model).stdout
