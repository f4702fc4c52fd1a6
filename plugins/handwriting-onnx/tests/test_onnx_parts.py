"""Every built-in layer, activation and loss: onnxruntime computes from the file what hwr does."""

from collections import Counter
from typing import Any

import onnx
import pytest
from handwriting_onnx.exporters import EXPORTS
from handwriting_onnx.testing import check_export, small_model
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting.errors import ShapeError
from handwriting.models.model_file import Model
from handwriting.nn.losses import MeanSquaredError
from handwriting.registry import entry_points, loading
from handwriting.registry.specs import LAYER_KINDS, make

NETWORKS = [
    ("flatten", "dense:12"),
    ("flatten", "dense:12", "dropout:0.3", "dense:8"),
    ("flatten", "flatten"),
    ("soften",),
    ("conv2d:3", "soften:0.2"),
    ("conv2d:4",),
    ("conv2d:4,kernel=5,stride=3,padding=4",),
    ("conv2d:3,kernel=1", "conv2d:9,padding=1", "conv2d:8", "conv2d:8,kernel=2,stride=2,padding=1"),
    ("max-pool:3",),
    ("conv2d:3", "max-pool", "average-pool:3"),
    ("average-pool:28", "flatten"),
    ("conv2d:6", "global-average-pool"),
    ("global-average-pool", "dense:5"),
    ("conv2d:4", "flatten", "dense:6", "batch-norm"),
    ("conv2d:4", "batch-norm:epsilon=0.01", "relu"),
    ("batch-norm", "conv2d:4", "max-pool", "batch-norm"),
    ("conv2d:4", "residual:conv2d:4,padding=1+batch-norm+relu+conv2d:4,padding=1+batch-norm", "relu"),
    ("residual:conv2d:4,stride=2+batch-norm+conv2d:6", "residual:max-pool:3+conv2d:6,padding=1"),
    ("residual:dropout+soften",),
    ("flatten", "residual:dense:7+batch-norm+relu+dense:9", "residual:dense:9+tanh"),
]
"""Networks in which each built-in layer occurs, with its settings and in the places that it may have."""


def model_of(*specs: str, **settings: Any) -> Model:
    """Return a small model of the layers and activations with these specs."""
    return small_model(*(make(LAYER_KINDS, spec) for spec in specs), **settings)


@pytest.mark.parametrize("fold", [True, False], ids=["folded", "as-trained"])
@pytest.mark.parametrize("specs", NETWORKS, ids=" ".join)
def test_layers(specs: tuple[str, ...], fold: bool) -> None:
    check_export(model_of(*specs), fold)


@pytest.mark.parametrize("name", [entry.name for entry in entry_points.entries("activation") if entry.built_in])
@pytest.mark.parametrize("before", [("flatten", "dense:20"), ("conv2d:5",)], ids=["units", "channels"])
def test_activations(name: str, before: tuple[str, ...]) -> None:
    check_export(model_of(*before, name))


@pytest.mark.parametrize("spec", ["leaky-relu:slope=0.3", "elu:alpha=0.4"])
def test_settings_of_activations(spec: str) -> None:
    check_export(model_of("flatten", "dense:20", spec))


@pytest.mark.parametrize("activation", ["gelu", "swish", "softplus", "sigmoid", "elu", "tanh"])
def test_large_inputs_of_activations(activation: str) -> None:
    model = model_of("flatten", "dense:20", activation)
    model.network.parameters[1]["weights"][...] *= 100
    check_export(model)


def test_no_built_in_part_is_left_out() -> None:
    kinds = ("layer", "activation", "loss")
    built_in = {loading.load_entry(entry) for kind in kinds for entry in entry_points.entries(kind) if entry.built_in}
    assert built_in <= EXPORTS.keys()
    used = {spec.partition(":")[0] for specs in NETWORKS for spec in specs}
    assert {entry.name for entry in entry_points.entries("layer") if entry.built_in} <= used


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_a_model_with_non_digits_and_a_temperature(temperature: float) -> None:
    check_export(model_of("flatten", classes=11, temperature=temperature))


def test_mean_squared_error() -> None:
    check_export(model_of("flatten", "dense:8", "tanh", loss=MeanSquaredError()))


def test_folding_leaves_a_normalization_out() -> None:
    model = model_of("conv2d:4", "batch-norm", "relu")
    assert operators(check_export(model))["BatchNormalization"] == 0
    assert operators(check_export(model, fold=False))["BatchNormalization"] == 1


def test_channels_move_once_at_the_end_of_the_images() -> None:
    model = model_of("soften", "conv2d:4", "relu", "max-pool", "residual:conv2d:6,padding=1+gelu", "average-pool")
    assert operators(check_export(model))["Transpose"] == 1
    both_ways = operators(check_export(model_of("residual:conv2d:4,padding=1+relu")))
    assert (both_ways["Reshape"], both_ways["Transpose"]) == (1, 1)  # the input, with one channel, is only reshaped


def operators(content: bytes) -> Counter[str]:
    return Counter(node.op_type for node in onnx.load_from_string(content).graph.node)


def sided(*specs: str) -> Any:
    return st.sampled_from(specs)


INNER = sided("conv2d:3,padding=1", "conv2d:2,kernel=2", "conv2d:4,stride=2,padding=2", "batch-norm", "swish", "gelu",
              "dropout", "soften:0.3", "max-pool", "average-pool:3")  # fmt: skip
PART = INNER | st.lists(INNER, min_size=1, max_size=3).map(lambda inside: "residual:" + "+".join(inside))
ROWS = sided("dense:5", "batch-norm", "elu", "residual:dense:4+softplus", "dropout")


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(images=st.lists(PART, max_size=5), end=sided("flatten", "global-average-pool"), rows=st.lists(ROWS, max_size=3),
       fold=st.booleans(), seed=st.integers(0, 99))  # fmt: skip
def test_any_network(images: list[str], end: str, rows: list[str], fold: bool, seed: int) -> None:
    try:
        model = model_of(*images, end, *rows, seed=seed)
    except ShapeError:  # images have become too small for the next layer
        return
    check_export(model, fold)
