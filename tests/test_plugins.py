"""The plugins under plugins/: installed with pip into a fresh environment, used, uninstalled, and missed."""

import json

import pytest
from pip_environment import PLUGINS, Environment

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
        ("handwriting-batch-norm", ("layers", "flatten", "dense:16", "batch-norm")),
        ("handwriting-lion", ("optimizer", "lion")),
    ],
)
def test_a_model_reads_the_same_in_a_fresh_process(environment, trained, tmp_path, name, options):
    environment.install(name)
    strokes = trained.data / "datasets" / "strokes"
    environment.run("-c", TRAIN_AND_SAVE, strokes, tmp_path, *options)
    environment.run("-c", LOAD_AND_COMPARE, strokes, tmp_path)


TRAIN_AND_SAVE = """
import sys
from pathlib import Path
import numpy as np
from handwriting import model_file
from handwriting.datasets.strokes import Strokes
from handwriting.losses import CrossEntropy
from handwriting.recipe import Recipe, build_network
from handwriting.trainer import train

strokes, folder, option, *values = sys.argv[1:]
splits = Strokes().load(Path(strokes))
recipe = Recipe(hidden=(16,), epochs=1, **{option: tuple(values) if option == "layers" else values[0]})
network = build_network(recipe, 10)
for _ in train(network, splits.train, recipe, positions=np.arange(4000)):
    pass
model_file.save(model_file.Model(network, CrossEntropy(), splits.class_names), Path(folder, "model"))
np.save(Path(folder, "outputs.npy"), network.outputs(splits.test.images))
"""

LOAD_AND_COMPARE = """
import sys
from pathlib import Path
import numpy as np
from handwriting import model_file
from handwriting.datasets.strokes import Strokes

strokes, folder = map(Path, sys.argv[1:])
outputs = model_file.load(folder / "model").network.outputs(Strokes().load(strokes).test.images)
assert np.array_equal(outputs, np.load(folder / "outputs.npy")), "not the same bits"
"""
