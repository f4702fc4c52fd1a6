"""Residual blocks: what is added to what, initial weights, claims, threads, folding, files, and what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from handwriting.errors import ModelError, SettingError, ShapeError
from handwriting.interfaces import Examples
from handwriting.models import model_file
from handwriting.models.safetensors_file import parse_tensors
from handwriting.nn import architecture, losses
from handwriting.nn.folding import folded
from handwriting.nn.initialization import initialized
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.layers.pixels import as_pixels
from handwriting.nn.layers.residual import Residual
from handwriting.nn.network import Network
from handwriting.registry import specs
from handwriting.system.thread_pool import use_threads
from handwriting.testing import check_layer
from handwriting.testing.tested_layer import run_backward
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

RNG = np.random.default_rng(7)
BLOCK = "residual:conv2d:4,stride=2+batch-norm+relu+conv2d:4,padding=1+batch-norm"


def made(spec: str) -> Any:
    return as_layer(specs.make(specs.LAYER_KINDS, spec))


def network_of(*names: str, seed: int = 0) -> Network:
    return Network.build([made(name) for name in names], np.random.default_rng(seed))


def applied(layer: Any, x: Any, parameters: Any) -> Any:
    return layer.forward(x, parameters, training=False, rng=RNG)[0]


# What it computes


@pytest.mark.parametrize(
    ("spec", "shape", "output"),
    [
        ("conv2d:3,padding=1+batch-norm+relu+conv2d:3,padding=1", (5, 6, 3), (5, 6, 3)),
        ("conv2d:8", (8, 7, 3), (6, 5, 8)),
        ("conv2d:8,stride=2,padding=1", (8, 7, 8), (4, 4, 8)),
        ("max-pool+conv2d:2,padding=1+swish", (7, 8, 3), (3, 4, 2)),
        ("dense:6+tanh", (6,), (6,)),
        ("dense:9+batch-norm+relu+dense:5", (6,), (5,)),
        ("batch-norm", (3, 4), (3, 4)),
    ],
)
def test_the_contract_holds(spec: str, shape: Any, output: Any) -> None:
    block = made(f"residual:{spec}")
    assert block.build(shape)[0] == output
    check_layer(block, shape)


@settings(max_examples=30)
@given(st.data())
def test_it_adds_what_the_layers_compute_to_the_middle_of_the_input(data: Any) -> None:
    """Compared with the layers themselves, run one after the other."""
    kernel, padding = data.draw(st.integers(1, 3)), data.draw(st.integers(0, 1))
    convolution = made(f"conv2d:2,kernel={kernel},padding={min(padding, (kernel - 1) // 2)}")
    x = RNG.normal(size=(2, data.draw(st.integers(5, 8)), data.draw(st.integers(5, 8)), 2))
    parameters = {name: RNG.normal(size=p.shape) for name, p in convolution.build(x.shape[1:])[1].items()}
    inside = applied(made("tanh"), applied(convolution, x, parameters), {})
    lost = x.shape[1] - inside.shape[1]
    middle = x[:, lost // 2 : lost // 2 + inside.shape[1], lost // 2 : lost // 2 + inside.shape[2]]
    block = Residual((convolution, specs.make("activation", "tanh")))
    y = applied(block, x, {f"0.{name}": array for name, array in parameters.items()})
    np.testing.assert_allclose(y, middle + inside)


def test_a_projection_leads_past_layers_that_change_the_number_of_channels() -> None:
    block, x = made("residual:conv2d:5,stride=2,padding=1"), RNG.normal(size=(3, 6, 6, 2))
    _, declared = block.build(x.shape[1:])
    parameters = {name: RNG.normal(size=parameter.shape) for name, parameter in declared.items()}
    assert declared.keys() == {"0.weights", "0.bias", "shortcut.weights", "shortcut.bias"}
    projected = x[:, :5:2, :5:2] @ parameters["shortcut.weights"][0, 0] + parameters["shortcut.bias"]
    inside = applied(made("conv2d:5,stride=2,padding=1"), x, {n: parameters[f"0.{n}"] for n in ("weights", "bias")})
    np.testing.assert_allclose(applied(block, x, parameters), projected + inside)


def test_between_layers_for_images_nothing_is_copied() -> None:
    """Outputs and gradients have the batch last in memory, as convolutions want it."""
    block = made("residual:conv2d:2,padding=1+relu")
    x = np.moveaxis(RNG.normal(size=(5, 6, 2, 4)), -1, 0)
    parameters = {name: RNG.normal(size=parameter.shape) for name, parameter in block.build((5, 6, 2))[1].items()}
    y, backward = block.forward(x, parameters, training=True, rng=RNG)
    gradient = run_backward(backward, y, {name: np.empty_like(array) for name, array in parameters.items()})
    assert np.shares_memory(as_pixels(y), y)
    assert np.shares_memory(as_pixels(gradient), gradient)


# Its layers in a network


@pytest.mark.parametrize(
    ("block", "following", "expected"),
    [
        ("dense:8+relu+dense:6", (), {"0": "He", "2": "Glorot", "shortcut": "Glorot"}),
        ("dense:8+tanh+dense:6", ("relu",), {"0": "Glorot", "2": "He", "shortcut": "He"}),
        ("batch-norm+dense:6", ("relu",), {"1": "He", "shortcut": "He"}),
    ],
)
def test_weights_start_as_the_next_activation_asks(block: str, following: Any, expected: Any) -> None:
    stages = architecture.plan([made("flatten"), made(f"residual:{block}"), *map(made, following)])
    found = {name.partition(".")[0]: type(initializer).__name__ for (_, name), _, initializer in initialized(stages)}
    assert found == expected
    chosen = {i for *_, i in initialized(stages, specs.make("initializer", "glorot"))}
    assert {type(initializer).__name__ for initializer in chosen} == {"Glorot"}


@pytest.mark.parametrize(
    ("spec", "independent", "divisible"),
    [("relu+dropout:0.2", True, True), ("dense:3+batch-norm", False, True), ("conv2d:3", True, True)],
)
def test_its_claims_are_those_of_its_layers(spec: str, independent: bool, divisible: bool) -> None:
    block = made(f"residual:{spec}")
    assert (block.independent, block.divisible) == (independent, divisible)


def test_its_memory_is_that_of_its_layers() -> None:
    shape = (9, 9, 2)
    inside = architecture.plan([made("conv2d:4"), made("relu")], shape)
    (block,) = architecture.plan([made("residual:conv2d:4+relu")], shape)
    assert block.activations > sum(stage.activations for stage in inside)


@pytest.fixture
def examples() -> Any:
    rng = np.random.default_rng(0)  # its own: what is trained on must not depend on the tests that came before
    labels = np.arange(160, dtype=np.uint8) % 4
    return Examples((60 * labels[:, None, None] + rng.integers(0, 60, (160, 28, 28))).astype(np.uint8), labels)


def trained_network(examples: Any, threads: int) -> Network:
    recipe = Recipe(layers=(BLOCK, "relu"), hidden=(6,), epochs=8, batch_size=20)
    network = resolve(recipe, 4).build_network()
    with use_threads(threads):
        for _ in Trainer(network, examples, resolve(recipe, 4), positions=np.arange(len(examples))).run():
            pass
    return network


@pytest.mark.parametrize("threads", [1, 2])
def test_a_number_of_threads_gives_the_same_bits_each_time(
    examples: Any, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr("handwriting.training.data_parallel.FEWEST_IN_STATISTICS", 10)
    network = trained_network(examples, threads)
    # The last bits, and so the course of a training, depend on the processor: 0.89 to more than 0.9.
    assert np.mean(network.outputs(examples.images).argmax(axis=1) == examples.labels) > 0.8
    assert np.abs(network.parameters[0]["1.mean"]).max() > 0
    np.testing.assert_array_equal(network.vector, trained_network(examples, threads).vector)


@given(st.integers(0, 1000))
def test_folded_inside_it_gives_the_same_outputs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = network_of(BLOCK, "batch-norm", "relu", "flatten", "residual:dense:5+batch-norm", "dense:3")
    network.vector[:] = rng.uniform(0.1, 1, len(network.vector)) * rng.choice([-1, 1], len(network.vector))
    for parameters in network.parameters:
        for name, array in parameters.items():
            if name.endswith("variance"):
                np.abs(array, out=array)
    images = rng.integers(0, 256, (3, 28, 28), dtype=np.uint8)
    smaller = folded(network)
    layers = [architecture.describe(stage.layer) for stage in smaller.stages]
    inside = "residual:conv2d:4,stride=2+relu+conv2d:4,padding=1"
    assert layers == [inside, "batch-norm", "relu", "flatten", "residual:dense:5", "dense:3"]
    expected = network.outputs(images)
    np.testing.assert_allclose(smaller.outputs(images), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_a_block_without_batch_norm_is_not_changed_by_folding() -> None:
    network = network_of("residual:conv2d:2+relu", "flatten", "dense:3")
    assert folded(network) is network


# Text and files


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("residual:conv2d:16,kernel=5+batch-norm", "residual:conv2d:16,kernel=5+batch-norm"),
        ("residual: conv2d:channels=16, stride=1 + relu ", "residual:conv2d:16+relu"),
        ("residual:dropout:rate=0.2+leaky-relu:slope=0.3", "residual:dropout:0.2+leaky-relu:0.3"),
        ("residual:layers=dense:3+relu", "residual:dense:3+relu"),
        ('residual:"dense:3+relu"', "residual:dense:3+relu"),
    ],
)
def test_the_notation_is_read_and_written(text: str, described: str) -> None:
    block = made(text)
    assert specs.describe(block) == described
    assert specs.describe(made(described)) == described
    assert specs.describe(specs.from_json(specs.to_json(block), ("layer",))) == described


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("residual", "needs a value for 'layers'; its settings: layers: layers joined by +"),
        ("residual:dense:3+", "a layer is missing before or after a +"),
        ("residual:con2d:3+relu", "residual: there is no layer or activation 'con2d'; did you mean conv2d?"),
        ("residual:relu+conv2d:0", "residual: conv2d: channels must be at least 1, got 0"),
        ("residual:conv2d:8,kernel=x+relu", "residual: conv2d: kernel takes a whole number, not 'x'"),
        ("residual:residual:relu+relu", "a residual block can't be inside another: put one after the other"),
    ],
)
def test_a_wrong_notation_is_refused(text: str, message: str) -> None:
    with pytest.raises(SettingError) as error:
        made(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("flatten+dense:10", "contains flatten, whose output 784 can't be added to that: inside, an image must stay"),
        ("relu+conv2d:3,padding=2", "contains conv2d:3,padding=2, whose output 30x30x3 can't be added"),
        ("dense:3", "inside it, the input has the shape 28x28x1, but dense:3 takes a row of numbers"),
        ("conv2d:3+max-pool:30", "the output of conv2d:3 has the shape 26x26x3, but max-pool:30 has squares of 30x30"),
        ("conv2d:20000", "most of it for conv2d:20000: make it smaller"),
    ],
)
def test_what_does_not_fit_is_named(spec: str, message: str) -> None:
    with pytest.raises(ShapeError) as error:
        architecture.plan([made(f"residual:{spec}")])
    assert str(error.value).startswith(f"the image has the shape 28x28x1, but residual:{spec} ")
    assert message in str(error.value)


def model_of(network: Network) -> Any:
    return model_file.Model(network, losses.CrossEntropy(), tuple("0123456789"))


def test_a_network_gives_the_same_outputs_after_it_was_saved_and_loaded(tmp_path: Path) -> None:
    network = network_of(BLOCK, "relu", "flatten", "dense:10")
    network.vector[:] += RNG.uniform(0, 0.1, len(network.vector)).astype(np.float32)
    model_file.save(model_of(network), tmp_path / "m.safetensors")
    loaded = model_file.load(tmp_path / "m.safetensors").network
    images = RNG.integers(0, 256, (20, 28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(loaded.outputs(images), network.outputs(images))
    assert str(loaded) == str(network)


@pytest.mark.parametrize("inside", [[], [1], "relu", [{"kind": "dataset", "name": "mnist", "settings": {}}]])
def test_a_file_with_anything_else_inside_a_block_is_refused(tmp_path: Path, inside: Any) -> None:
    content = model_file.to_content(model_of(network_of("residual:relu", "flatten", "dense:10")))
    metadata, tensors = parse_tensors(content)
    before = json.dumps(specs.to_json(made("residual:relu"))["settings"]["layers"])
    changed = metadata["handwriting"].replace(before, json.dumps(inside))
    assert changed != metadata["handwriting"]
    (tmp_path / "m.safetensors").write_bytes(save(tensors, {"handwriting": changed}))
    with pytest.raises(ModelError, match="is not a model that this version of hwr can use"):
        model_file.load(tmp_path / "m.safetensors")
