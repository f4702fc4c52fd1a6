"""The plugins in plugins/: installed with pip into a new environment, used, uninstalled, and missing."""

import json
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.helpers import tiny_emnist
from tests.helpers.hwr import Hwr
from tests.helpers.mirror_server import MirrorServer, whole
from tests.helpers.pip_environment import PLUGINS, Environment, build_wheels

DISTRIBUTIONS = sorted(path.parent for path in PLUGINS.glob("*/pyproject.toml"))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The wheels of all plugins, by name."""
    return build_wheels(tmp_path_factory.mktemp("wheels"), *DISTRIBUTIONS)


@pytest.fixture(scope="module")
def with_all(tmp_path_factory: pytest.TempPathFactory, trained_once: Hwr, wheels: Any) -> Any:
    """An environment with all plugins; tests must not change it."""
    environment = Environment(tmp_path_factory.mktemp("all") / "venv", trained_once.data)
    environment.install(*wheels.values())
    return environment


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda folder: folder.name)
def test_each_passes_its_own_tests(with_all: Any, distribution: Path) -> None:
    output = with_all.run("-m", "pytest", "-p", "no:cacheprovider", distribution / "tests")
    assert f"plugins/{distribution.name}/tests/" in output


def test_installed_used_uninstalled_and_missing(tmp_path: Path, trained: Hwr, wheels: Any) -> None:
    environment = Environment(tmp_path / "venv", trained.data)
    model = tmp_path / "m.safetensors"
    options = ("--dataset", "strokes", "--hidden", "16", "--epochs", "2", "--activation", "softsign", "-o", model)
    assert "there is no activation 'softsign'" in environment.hwr("train", *options, status=2)

    environment.install(wheels["handwriting-softsign"])
    listed = json.loads(environment.hwr("plugins", "--format", "json"))
    softsign = {"kind": "activation", "name": "softsign", "distribution": "handwriting-softsign", "version": "0.1.0",
                "value": "handwriting_softsign:Softsign"}  # fmt: skip
    assert any(softsign.items() <= row.items() for row in listed)
    assert "784 -> 16 softsign -> 10" in environment.hwr("train", *options)
    evaluated = environment.hwr("evaluate", "-m", model, "--format", "json")

    environment.pip("uninstall", "--yes", "handwriting-softsign")
    missing = environment.hwr("evaluate", "-m", model, status=1)
    assert "pip install handwriting-softsign==0.1.0" in missing
    assert missing.count("\n") == 1

    environment.install(wheels["handwriting-softsign"])
    assert environment.hwr("evaluate", "-m", model, "--format", "json") == evaluated


def test_models_give_the_same_outputs_in_a_new_process(with_all: Any, trained: Hwr, tmp_path: Path) -> None:
    recipes = {
        "softsign": {"activation": "softsign"},
        "prelu": {"activation": "prelu:0.1"},
        "layer-norm": {"layers": ["flatten", "dense:16", "layer-norm"]},
        "lion": {"optimizer": "lion"},
    }
    data = ("strokes", trained.data / "datasets" / "strokes")
    with_all.run("-c", TRAIN_AND_SAVE, *data, tmp_path, json.dumps(recipes))
    assert with_all.run("-c", LOAD_AND_COMPARE, *data, tmp_path).split() == sorted(recipes)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An archive of letters, a server at whose URL it can be published, and the wheel of a dataset made from it."""
    folder = tmp_path_factory.mktemp("letters")
    content = tiny_emnist.archive()
    with MirrorServer() as server:
        tiny_emnist.write_distribution(folder / tiny_emnist.NAME, f"{server.url}/gzip.zip", content)
        yield content, server, build_wheels(folder, folder / tiny_emnist.NAME)[tiny_emnist.NAME]


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wheels: Any, published: Any) -> Any:
    """An environment with emnist and a small dataset made from it, its archive, and the server that publishes it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    content, server, tiny = published
    server.requests.clear()
    server.answers["/gzip.zip"] = whole(content)
    environment = Environment(tmp_path / "venv", tmp_path / "data")
    environment.install(wheels["handwriting-emnist"], tiny)
    return environment, content, server


def test_letters_are_downloaded_trained_on_evaluated_and_read_also_without_their_plugin(
    letters: Any, tmp_path: Path
) -> None:
    environment, _, server = letters
    options = ("--dataset", "emnist-tiny", "--hidden", "64", "--epochs", "30", "--validation", "0", "--threads", "1")
    training = json.loads(environment.hwr("train", *options, "--format", "json"))
    assert server.requests == ["/gzip.zip"]
    server.answers.clear()

    evaluated = environment.hwr("evaluate", "--format", "json")
    assert environment.hwr("evaluate", "--format", "json") == evaluated
    assert json.loads(evaluated)["accuracy"] == training["accuracy"]
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


def test_letters_come_from_a_folder_and_give_the_same_in_a_new_process(letters: Any, tmp_path: Path) -> None:
    environment, content, server = letters
    assert "HTTP 404" in environment.hwr(
        "download", "--dataset", "emnist-tiny", "--mirror", f"{server.url}/elsewhere/", status=1
    )
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "gzip.zip").write_bytes(content)
    environment.hwr("download", "--dataset", "emnist-tiny", "--from", tmp_path / "archive")
    assert environment.hwr("download", "--dataset", "emnist-tiny", "--verify").count("good ") == 4
    assert server.requests == ["/elsewhere/gzip.zip"]

    data = ("emnist-tiny", tmp_path / "data" / "datasets" / "handwriting-emnist-tiny-emnist-tiny")
    environment.run("-c", TRAIN_AND_SAVE, *data, tmp_path, json.dumps({"letters": {}}))
    assert environment.run("-c", LOAD_AND_COMPARE, *data, tmp_path) == "letters\n"


TRAIN_AND_SAVE = """
import json
import sys
from pathlib import Path
import numpy as np
from handwriting.models import model_file
from handwriting.registry import loading
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

dataset, place, folder, recipes = sys.argv[1:]
splits = loading.load("dataset", dataset)().load(Path(place))
for name, settings in json.loads(recipes).items():
    setup = resolve(Recipe(hidden=(16,), epochs=1, **settings), len(splits.class_names))
    network = setup.build_network()
    for _ in Trainer(network, splits.train, setup, positions=np.arange(min(4000, len(splits.train)))).run():
        pass
    model_file.save(model_file.Model(network, setup.loss, splits.class_names), Path(folder, f"{name}.safetensors"))
    np.save(Path(folder, f"{name}.npy"), network.outputs(splits.test.images))
"""

LOAD_AND_COMPARE = """
import sys
from pathlib import Path
import numpy as np
from handwriting.models import model_file
from handwriting.registry import loading

place, folder = map(Path, sys.argv[2:])
test = loading.load("dataset", sys.argv[1])().load(place).test
for path in sorted(folder.glob("*.npy")):
    outputs = model_file.load(path.with_suffix(".safetensors")).network.outputs(test.images)
    assert np.array_equal(outputs, np.load(path)), f"{path.stem}: not the same bits"
    print(path.stem)
"""
