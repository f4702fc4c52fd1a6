"""Losses, schedules, initializers and optimizers of arrays from plugins: trained with, recorded, resumed, missing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.cli.plugins.new import KINDS
from handwriting.nn.by_array import for_arrays
from handwriting.nn.layers.dense import Dense
from handwriting.nn.network import Network
from handwriting.registry import entry_points, specs
from handwriting.system.thread_pool import use_threads
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import make_trainer
from tests.helpers.hwr import QUICK, Hwr
from tests.helpers.plugin_factory import (
    ACTIVATION,
    ARRAY_OPTIMIZER,
    INITIALIZER,
    LAYER,
    LOSS,
    SCHEDULE,
    Site,
    installed,
)
from tests.helpers.resuming import examples, states_of_resumed

POINTS = {
    "losses": {"square": "things:Square"}, "schedules": {"steps": "things:Steps"},
    "initializers": {"lecun": "things:Lecun"}, "optimizers": {"lars": "things:Lars"},
    "activations": {"soft": "things:Soft"}, "layers": {"gain": "things:Gain"},
}  # fmt: skip
GAIN = """
class Zeros(Lecun):
    def values(self, shape, fans, rng):
        return np.zeros(shape, np.float32)

class Gain(Scaled):
    independent = True

    def build(self, input_shape):
        size = input_shape[-1]
        return input_shape, {
            "factor": Parameter((), fans=(size, size), initializer=Zeros()),
            "unused": Parameter((3, 2), fans=(3, 2), initializer="lecun:gain=0"),
            "count": Parameter((2,), trained=False),
        }

    def forward(self, x, parameters, *, training, rng):
        y, backward = super().forward(x, parameters, training=False, rng=rng)

        def backward_with_unused(gradient, gradients):
            gradients["unused"][...] = 0
            return backward(gradient, gradients)

        return y, backward_with_unused
"""
SOURCE = "\n".join([
    LOSS.format(name="Square"), SCHEDULE.format(name="Steps"), INITIALIZER.format(name="Lecun"),
    ARRAY_OPTIMIZER.format(name="Lars"), ACTIVATION.format(name="Soft"), "    initialization = 'lecun:0'",
    LAYER.format(name="Scaled"), GAIN,
])  # fmt: skip
WITH_ALL = ("--loss", "square:2", "--schedule", "steps:steps=3", "--initializer", "lecun:1.5", "--optimizer", "lars")


def install(site: Site, version: str = "1.0") -> None:
    site.install("things", POINTS, {"things": SOURCE}, version=version)


@pytest.fixture
def things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The plugin, in this process."""
    with installed(tmp_path, monkeypatch) as site:
        install(site)
        yield site


@pytest.fixture
def site(site: Site) -> Site:
    """The plugin, for `run_hwr`."""
    install(site)
    return site


def test_a_model_is_trained_with_them_and_says_which_plugin_its_loss_needs(run_hwr: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    assert "test accuracy" in run_hwr("train", *QUICK, *WITH_ALL, "-o", path).stdout
    assert json.loads(run_hwr("info", path, "--format", "json").stdout)["loss"] == "square:2.0"
    evaluated = run_hwr("evaluate", "-m", path, "--format", "json")
    assert json.loads(evaluated.stdout)["accuracy"] > 0.5
    newer = Site(tmp_path / "newer")
    install(newer, "2.0")
    noted = run_hwr("evaluate", "-m", path, PYTHONPATH=str(newer.folder)).stderr
    assert "trained with things 1.0, 2.0 is installed" in noted
    missing = run_hwr("evaluate", "-m", path, status=1, PYTHONPATH="").stderr
    assert "the loss 'square' of things==1.0 is needed, but not installed: pip install things==1.0" in missing
    assert missing.count("\n") == 1


def test_they_are_listed_and_described(run_hwr: Any) -> None:
    listed = {row["name"]: row for row in json.loads(run_hwr("plugins", "--format", "json").stdout)}
    assert {name: listed[name]["kind"] for name in ("square", "steps", "lecun", "mse", "one-cycle", "he")} == {
        "square": "loss", "steps": "schedule", "lecun": "initializer", "mse": "loss", "one-cycle": "schedule",
        "he": "initializer",
    }  # fmt: skip
    assert listed["steps"]["summary"] == "Falls in steps."
    assert "warm_up: float = 0.25" in run_hwr("plugins", "show", "one-cycle").stdout
    assert "label_smoothing: float = 0.1" in run_hwr("plugins", "show", "cross-entropy").stdout


@pytest.mark.parametrize("name", ["square", "steps", "lecun", "lars"])
def test_they_pass_the_check(run_hwr: Any, name: str) -> None:
    assert "tests pass" in run_hwr("plugins", "check", name).stdout


def test_label_smoothing_is_a_setting_of_a_loss(run_hwr: Any) -> None:
    refused = run_hwr("train", *QUICK, "--loss", "square", "--label-smoothing", "0.1", status=2).stderr
    assert "the loss square can't smooth labels: give --label-smoothing 0" in refused
    config = run_hwr("train", "--loss", "cross-entropy:0.3", "--print-config").stdout
    assert 'loss = "cross-entropy:0.3"' in config


def test_a_name_that_is_not_installed_is_told_with_those_that_are(run_hwr: Any) -> None:
    for kind, name in (("loss", "squar"), ("schedule", "step"), ("initializer", "lecu")):
        refused = run_hwr("train", *QUICK, f"--{kind}", name, status=2).stderr
        assert f"there is no {kind} {name!r}; did you mean" in refused


def test_weights_are_drawn_by_whom_the_parameter_the_user_or_the_activation_asks_for(things: Site) -> None:
    """The plugin's initializer gives zeros where its gain is 0."""
    recipe = Recipe(layers=("flatten", "dense:5", "relu", "gain", "dense:4", "soft"), hidden=())
    for initializer in (None, "glorot"):
        trainer = make_trainer(resolve(replace(recipe, initializer=initializer)), examples(), ("a", "b"))
        weights = trainer.network.parameters
        assert np.any(weights[1]["weights"])
        assert weights[3]["factor"] == 0
        assert not np.any(weights[3]["unused"])
        assert np.any(weights[4]["weights"]) == (initializer is not None)


def test_an_initializer_that_is_not_registered_is_checked_as_a_part_of_its_layer(trained: Hwr, tmp_path: Path) -> None:
    site = Site(tmp_path / "broken")
    site.install("things", POINTS, {"things": SOURCE.replace("np.zeros(shape, np", "np.zeros((3,), np")})
    options = ("--layer", "flatten", "--layer", "gain", "--layer", "dense:4")
    failed = trained("train", *QUICK, *options, status=1, environment={"PYTHONPATH": str(site.folder)})
    assert "layer 'gain' from things 1.0 does not fulfil its contract: the values have the shape (3,)" in failed.stderr


def test_he_and_glorot_have_the_deviations_of_their_papers() -> None:
    for name, deviation in (("he", (2 / 784) ** 0.5), ("glorot", (2 / (784 + 100)) ** 0.5)):
        network = Network.build(
            [Dense(100)], np.random.default_rng(0), (784,), initializer=specs.make("initializer", name)
        )
        assert network.parameters[0]["weights"].std() == pytest.approx(deviation, rel=0.02)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_resumed_training_gives_the_same_bits(things: Site, threads: int) -> None:
    recipe = Recipe(hidden=(6,), epochs=3, loss="square", schedule="steps", optimizer="lars", batch_size=64)
    with use_threads(threads):
        assert any(name.endswith("0.velocity") for name in states_of_resumed(recipe))


def test_an_optimizer_of_arrays_sees_each_in_its_shape(things: Site) -> None:
    """Its step is as long as a fraction of the array's norm."""
    optimizer = for_arrays(specs.make("optimizer", "lars:0.1"), [(2, 3), (4,)])
    parameters, gradient = np.ones(10, np.float32), np.arange(1, 11, dtype=np.float32)
    state = optimizer.start(10)
    optimizer.step(parameters, gradient, state, 1.0)
    assert np.linalg.norm(1 - parameters[:6]) == pytest.approx(0.1 * (6**0.5 + 0.1))
    assert np.linalg.norm(1 - parameters[6:]) == pytest.approx(0.1 * 1.1)
    assert {name: array.size for name, array in state.items()} == {"0.velocity": 6, "1.velocity": 4}


def test_an_optimizer_of_one_vector_is_used_as_it_is() -> None:
    adam = specs.make("optimizer", "adam")
    assert for_arrays(adam, [(2, 3)]) is adam


def test_a_new_plugin_may_be_of_every_kind() -> None:
    assert KINDS == entry_points.KINDS
