"""The plugins under plugins/: installed with pip into a fresh environment, used, uninstalled, and missed."""

import json
import string

import numpy as np
import pytest

from tests.helpers import tiny_emnist
from tests.helpers.mirror_server import MirrorServer, whole
from tests.helpers.pip_environment import PLUGINS, Environment

DISTRIBUTIONS = sorted(path.parent.name for path in PLUGINS.glob("*/pyproject.toml"))


@pytest.fixture
def environment(tmp_path, trained):
    return Environment(tmp_path / "venv", trained.data)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_passes_its_own_tests(environment, name):
    environment.install(name)
    environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", PLUGINS / name / "tests")


def test_installed_used_uninstalled_and_missed(environment, tmp_path):
    model = tmp_path / "m.safetensors"
    options = ("--dataset", "strokes", "--hidden", "16", "--epochs", "2", "--activation", "softsign", "-o", model)
    assert "there is no activation 'softsign'" in environment.hwr("train", *options, status=1)

    environment.install("handwriting-softsign")
    listed = json.loads(environment.hwr("plugins", "--format", "json"))
    brought = {"kind": "activation", "name": "softsign", "distribution": "handwriting-softsign", "version": "0.1.0",
               "value": "handwriting_softsign:Softsign"}  # fmt: skip
    assert any(brought.items() <= row.items() for row in listed)
    assert "784 -> 16 softsign -> 10" in environment.hwr("train", *options)
    judged = environment.hwr("evaluate", "-m", model, "--format", "json")

    environment.pip("uninstall", "--yes", "handwriting-softsign")
    missed = environment.hwr("evaluate", "-m", model, status=1)
    assert "pip install handwriting-softsign==0.1.0" in missed
    assert missed.count("\n") == 1

    environment.install("handwriting-softsign")
    assert environment.hwr("evaluate", "-m", model, "--format", "json") == judged


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("handwriting-softsign", ("activation", "softsign")),
        ("handwriting-prelu", ("activation", "prelu:0.1")),
        ("handwriting-layer-norm", ("layers", "flatten", "dense:16", "layer-norm")),
        ("handwriting-lion", ("optimizer", "lion")),
    ],
)
def test_a_model_reads_the_same_in_a_fresh_process(environment, trained, tmp_path, name, options):
    environment.install(name)
    data = ("strokes", trained.data / "datasets" / "strokes")
    environment.run("-c", TRAIN_AND_SAVE, *data, tmp_path, *options)
    environment.run("-c", LOAD_AND_COMPARE, *data, tmp_path)


@pytest.fixture
def letters(tmp_path, monkeypatch):
    """An environment with emnist and a small dataset made from it, its archive, and the server that gives it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    environment = Environment(tmp_path / "venv", tmp_path / "data")
    content = tiny_emnist.archive()
    with MirrorServer() as server:
        server.answers["/gzip.zip"] = whole(content)
        tiny_emnist.write_distribution(tmp_path / "tiny", f"{server.url}/gzip.zip", content)
        environment.install("handwriting-emnist", tmp_path / "tiny")
        yield environment, content, server


def test_letters_are_fetched_learnt_judged_and_read_also_without_their_plugin(letters, tmp_path):
    environment, _, server = letters
    options = ("--dataset", "emnist-tiny", "--hidden", "64", "--epochs", "30", "--validation", "0", "--threads", "1")
    learnt = json.loads(environment.hwr("train", *options, "--format", "json"))
    assert server.requests == ["/gzip.zip"]
    server.answers.clear()

    judged = environment.hwr("evaluate", "--format", "json")
    assert environment.hwr("evaluate", "--format", "json") == judged
    assert json.loads(judged)["accuracy"] == learnt["accuracy"]
    assert server.requests == ["/gzip.zip"]

    (tmp_path / "pictures").mkdir()
    rng = np.random.default_rng(1)
    for name in string.ascii_uppercase:
        tiny_emnist.letter(name, rng).save(tmp_path / "pictures" / f"{name}.png")
    read = environment.hwr("predict", tmp_path / "pictures", "--format", "json")
    texts = "".join(reading["text"] for reading in json.loads(read))
    assert sum(text == name for text, name in zip(texts, string.ascii_uppercase, strict=True)) >= 20

    environment.pip("uninstall", "--yes", "handwriting-emnist", "handwriting-emnist-tiny")
    assert environment.hwr("predict", tmp_path / "pictures", "--format", "json") == read
    assert "pip install handwriting-emnist-tiny==0.1.0" in environment.hwr("evaluate", status=1)


def test_letters_come_from_a_folder_and_give_the_same_in_a_fresh_process(letters, tmp_path):
    environment, content, server = letters
    assert "HTTP 404" in environment.hwr(
        "download", "--dataset", "emnist-tiny", "--mirror", f"{server.url}/nothing/", status=1
    )
    (tmp_path / "brought").mkdir()
    (tmp_path / "brought" / "gzip.zip").write_bytes(content)
    environment.hwr("download", "--dataset", "emnist-tiny", "--from", tmp_path / "brought")
    assert environment.hwr("download", "--dataset", "emnist-tiny", "--verify").count("good ") == 4
    assert server.requests == ["/nothing/gzip.zip"]

    data = ("emnist-tiny", tmp_path / "data" / "datasets" / "handwriting-emnist-tiny-emnist-tiny")
    environment.run("-c", TRAIN_AND_SAVE, *data, tmp_path, "optimizer", "adam")
    environment.run("-c", LOAD_AND_COMPARE, *data, tmp_path)


TRAIN_AND_SAVE = """
import sys
from pathlib import Path
import numpy as np
from handwriting.models import model_file
from handwriting.registry import entry_points
from handwriting.nn.losses import CrossEntropy
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import train

dataset, place, folder, option, *values = sys.argv[1:]
splits = entry_points.load("dataset", dataset)().load(Path(place))
recipe = Recipe(hidden=(16,), epochs=1, **{option: tuple(values) if option == "layers" else values[0]})
network = resolve(recipe, len(splits.class_names)).build_network()
for _ in train(network, splits.train, resolve(recipe), positions=np.arange(min(4000, len(splits.train)))):
    pass
model_file.save(model_file.Model(network, CrossEntropy(), splits.class_names), Path(folder, "model"))
np.save(Path(folder, "outputs.npy"), network.outputs(splits.test.images))
"""

LOAD_AND_COMPARE = """
import sys
from pathlib import Path
import numpy as np
from handwriting.models import model_file
from handwriting.registry import entry_points

place, folder = map(Path, sys.argv[2:])
test = entry_points.load("dataset", sys.argv[1])().load(place).test
outputs = model_file.load(folder / "model").network.outputs(test.images)
assert np.array_equal(outputs, np.load(folder / "outputs.npy")), "not the same bits"
"""
