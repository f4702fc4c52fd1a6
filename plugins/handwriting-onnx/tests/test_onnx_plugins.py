"""The parts of plugins: a method `to_onnx` exports them, and what can't be exported is named with its distribution."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from handwriting_onnx import check, model_file
from handwriting_onnx.testing import check_export, small_model

from handwriting.errors import HandwritingError, PluginError
from handwriting.interfaces import Layer
from handwriting.models.model_file import Model
from handwriting.registry import entry_points
from handwriting.registry.specs import LAYER_KINDS, make

PLUGIN = '''
from dataclasses import dataclass
import numpy as np
from handwriting.interfaces import Activation, Layer, Loss, Parameter


class Plain(Activation):
    """z / (1 + |z|), without an export."""

    def forward(self, z):
        return z / (1 + np.abs(z))

    def backward(self, gradient, z, a):
        return gradient / (1 + np.abs(z)) ** 2


class Exported(Plain):
    """The same with its export."""

    def to_onnx(self, graph, z, parameters):
        return graph.node("Softsign", z)


class Wrong(Plain):
    def to_onnx(self, graph, z, parameters):
        return graph.node("Tanh", z)


class Unknown(Plain):
    def to_onnx(self, graph, z, parameters):
        return graph.node("Softsing", z)


class Failing(Plain):
    def to_onnx(self, graph, z, parameters):
        return graph.knot("Softsign", z)


class Misshapen(Plain):
    def to_onnx(self, graph, z, parameters):
        return graph.node("Flatten", z, shape=(1,))


@dataclass(frozen=True)
class Slopes(Layer):
    """A leaky relu with a slope for each channel: its parameters follow the channels."""

    def build(self, input_shape):
        return input_shape, {"slopes": Parameter(input_shape[-1:], value=0.25)}

    def forward(self, z, parameters, *, training, rng):
        slopes = parameters["slopes"]

        def backward(gradient, gradients):
            np.sum(gradient * np.minimum(z, 0), axis=tuple(range(z.ndim - 1)), out=gradients["slopes"])
            return np.where(z > 0, gradient, slopes * gradient)

        return np.where(z > 0, z, slopes * z), backward

    def to_onnx(self, graph, z, parameters):
        return graph.node("PRelu", z, graph.per_channel(parameters["slopes"], z))


class Rows(Layer):
    """An image with one channel as rows of numbers, an array of two axes."""

    def build(self, input_shape):
        return input_shape[:2], {}

    def forward(self, x, parameters, *, training, rng):
        return x[..., 0], lambda gradient, gradients: gradient[..., None]

    def to_onnx(self, graph, x, parameters):
        shape = x.shape[:2]
        return graph.node("Reshape", graph.channels_last(x), graph.constant([0, *shape]), shape=shape)


class Halved(Loss):
    """Half of the squared outputs: a loss whose confidences have no export."""

    def cost(self, outputs, labels):
        return float(np.square(outputs).sum() / 2 / len(labels)), outputs / len(labels)

    def confidences(self, outputs):
        return np.clip(outputs / 8 + 0.5, 0, 1)
'''
POINTS = """
[handwriting.activations]
plain = toy_parts:Plain
exported = toy_parts:Exported
wrong = toy_parts:Wrong
unknown = toy_parts:Unknown
failing = toy_parts:Failing
misshapen = toy_parts:Misshapen

[handwriting.layers]
slopes = toy_parts:Slopes
rows = toy_parts:Rows

[handwriting.losses]
halved = toy_parts:Halved
"""


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution `handwriting-toy` with parts that export themselves, well or badly."""
    folder = tmp_path / "site"
    about = folder / "handwriting_toy-1.2.dist-info"
    about.mkdir(parents=True)
    (folder / "toy_parts.py").write_text(PLUGIN)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: handwriting-toy\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(folder)
    rescan: Callable[[], None] = entry_points._scan.cache_clear
    rescan()
    yield
    rescan()
    sys.modules.pop("toy_parts", None)


def model_of(*specs: str) -> Model:
    return small_model(*(make(LAYER_KINDS, spec) for spec in specs))


@pytest.mark.parametrize("part", ["exported", "slopes"])
def test_a_part_exports_itself(part: str) -> None:
    check_export(model_of("flatten", "dense:9", part))
    check_export(model_of("conv2d:3", part, "max-pool", f"residual:conv2d:3,padding=1+{part}"))


def test_built_in_layers_take_the_shapes_of_plugins() -> None:
    check_export(model_of("max-pool", "rows", "batch-norm", "slopes", "gelu"), fold=False)
    check_export(model_of("conv2d:1", "rows", "batch-norm", "flatten", "dense:4"))


@pytest.mark.parametrize("specs", [("flatten", "dense:4", "plain"), ("residual:conv2d:1,padding=1+plain",)])
def test_a_part_without_an_export_is_named_with_its_plugin(specs: tuple[str, ...]) -> None:
    with pytest.raises(PluginError, match=r"activation 'plain' from handwriting-toy 1\.2 can't be exported: .*to_onnx"):
        check_export(model_of(*specs))


def test_a_loss_without_an_export_is_named_with_its_plugin() -> None:
    with pytest.raises(PluginError, match=r"loss 'halved' from handwriting-toy 1\.2 can't be exported"):
        check_export(small_model(loss=make("loss", "halved")))


def test_a_class_that_is_not_registered_is_named() -> None:
    class Twice(Layer):
        def build(self, input_shape):  # type: ignore[no-untyped-def]
            return input_shape, {}

        def forward(self, x, parameters, *, training, rng):  # type: ignore[no-untyped-def]
            return 2 * x, None

    with pytest.raises(PluginError, match="the class Twice can't be exported"):
        check_export(small_model(Twice()))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("failing", r"activation 'failing' from handwriting-toy 1\.2 fails: AttributeError"),
        ("misshapen", r"'misshapen' from handwriting-toy 1\.2 can't be exported: .*\(1,\) instead of \(4,\)"),
        (
            "unknown",
            "the ONNX checker refuses the model .*Softsing.* may be in the export of activation 'unknown' from",
        ),
        ("wrong", "does not compute what the model does .* may be in the export of activation 'wrong' from"),
    ],
)
def test_a_faulty_export_is_named_with_its_plugin(part: str, said: str) -> None:
    model = model_of("flatten", "dense:4", part)
    with pytest.raises(HandwritingError) as raised:
        check.check(model_file.to_bytes(model, model.network), model, model.network)
    assert re.search(said, str(raised.value))
    assert "\n" not in str(raised.value)
