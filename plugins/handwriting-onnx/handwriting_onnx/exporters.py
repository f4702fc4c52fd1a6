"""Which function exports a part: that of its class if it is built in, else its own method `to_onnx`."""

from collections.abc import Mapping

from handwriting.errors import PluginError
from handwriting.interfaces import Floats, Layer, Loss, Part, Shape
from handwriting.nn.layers.activate import as_part
from handwriting.nn.network import Network
from handwriting.registry import specs
from handwriting.registry.blame import blaming, plugin_of
from handwriting_onnx.activations import ACTIVATIONS
from handwriting_onnx.graph import Export, Graph, Tensor
from handwriting_onnx.layers import LAYERS
from handwriting_onnx.losses import LOSSES

EXPORTS: dict[type[Part], Export] = {**ACTIVATIONS, **LAYERS, **LOSSES}
"""The functions of the built-in parts."""
METHOD = "to_onnx"
"""The method by which a part of a plugin exports itself: `to_onnx(graph, x, parameters)` returns its output."""


def export(part: Part, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """Add a part to the graph and return its output.

    Raises `PluginError`, naming the distribution, for a part that has no export, or whose own one fails or returns
    something else than the part's output.
    """
    if built_in := EXPORTS.get(type(part)):
        return built_in(part, graph, x, parameters)
    own = getattr(part, METHOD, None)
    if own is None:
        raise PluginError(
            f"{name_of(part)} can't be exported: its class has no method {METHOD} (see the README of handwriting-onnx)"
        )
    with blaming(part):
        y = own(graph, x, parameters)
    expected = output_shape(part, x.shape)
    if not (isinstance(y, Tensor) and y.shape == expected):
        found = f"a tensor of the shape {y.shape}" if isinstance(y, Tensor) else type(y).__name__
        raise PluginError(f"{name_of(part)} can't be exported: {METHOD} returns {found} instead of {expected}")
    return y


def output_shape(part: Part, input_shape: Shape) -> Shape:
    """Return the shape of what a part returns, without the batch."""
    return part.build(input_shape)[0] if isinstance(part, Layer) else input_shape


def with_own_export(network: Network, loss: Loss) -> list[str]:
    """Return the names of the parts that export themselves, by which a faulty export can be found."""
    parts = [inner for stage in network.stages for inner in specs.with_inner(as_part(stage.layer))]
    return list(dict.fromkeys(name_of(part) for part in (*parts, loss) if type(part) not in EXPORTS))


def name_of(part: Part) -> str:
    """Return a part as messages call it, with the plugin that it comes from."""
    return str(plugin_of(part) or f"the class {type(part).__name__}")
