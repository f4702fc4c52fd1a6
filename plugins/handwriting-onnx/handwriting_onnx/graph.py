"""The ONNX graph that is being built: nodes, constants, and the tensors between them.

hwr keeps images as (batch, height, width, channels), ONNX as (batch, channels, height, width). A `Tensor` knows which
of both it is, and is transposed only where somebody asks for the other one: once at the first layer that works on
images, and once before they become rows of numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from handwriting.interfaces import Floats, Part, Shape

if TYPE_CHECKING:
    import onnx

TO_CHANNELS_FIRST, TO_CHANNELS_LAST = (0, 3, 1, 2), (0, 2, 3, 1)


@dataclass(frozen=True)
class Tensor:
    """A tensor of float32 numbers in the graph.

    `shape` is that of an example as hwr has it, (height, width, channels) for an image. `channels_first` says whether
    the graph has (batch, channels, height, width) instead; it is False for everything but images.
    """

    name: str
    shape: Shape
    channels_first: bool = False


Export: TypeAlias = Callable[[Any, "Graph", Tensor, Mapping[str, Floats]], Tensor]
"""A function that adds a part to a graph: it is given the part, the graph, the part's input and its parameters by name,
and returns the part's output."""


class Graph:
    """An ONNX graph. Its methods add to it and return the tensor that results."""

    def __init__(self, export: Export) -> None:
        """Begin an empty graph; `export` adds any part to it."""
        self._export = export
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._count = 0
        self._transposed: dict[Tensor, Tensor] = {}

    def part(self, part: Part, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
        """Add a layer, an activation or the confidences of a loss; for a layer that has others inside.

        Raises `PluginError` for one that can't be exported.
        """
        return self._export(part, self, x, parameters)

    def node(self, operator: str, *inputs: Tensor, shape: Shape | None = None, **attributes: Any) -> Tensor:
        """Add a node of an ONNX operator and return its output.

        The output has the `shape` that is given, by default that of the first input, and the channels where the first
        input has them. `attributes` are those of the operator.
        """
        from onnx import helper

        output = self._new(operator.lower(), inputs[0].shape if shape is None else shape, inputs[0].channels_first)
        names = [tensor.name for tensor in inputs]
        self.nodes.append(helper.make_node(operator, names, [output.name], name=output.name, **attributes))
        return output

    def named(self, name: str, x: Tensor) -> Tensor:
        """Return `x`, channels last, under a `name` of its own, as an output of the graph."""
        from onnx import helper

        self.nodes.append(helper.make_node("Identity", [self.channels_last(x).name], [name], name=name))
        return Tensor(name, x.shape)

    def constant(self, values: Floats | Sequence[float]) -> Tensor:
        """Add a constant: float32 numbers, or, if all are whole, such as those of a shape, int64."""
        from onnx import numpy_helper

        array = np.asarray(values)
        array = array.astype(np.int64 if array.dtype.kind == "i" else np.float32, order="C")
        output = self._new("constant", array.shape)
        self.constants.append(numpy_helper.from_array(array, output.name))
        return output

    def per_channel(self, vector: Floats, x: Tensor) -> Tensor:
        """Add a constant with one number for each channel or unit of `x`, shaped to be combined with `x`."""
        return self.constant(vector.reshape(-1, 1, 1) if x.channels_first else vector)

    def channels_first(self, x: Tensor) -> Tensor:
        """Return images as (batch, channels, height, width), as ONNX's operators take them."""
        return x if x.channels_first or len(x.shape) != 3 else self._transpose(x, TO_CHANNELS_FIRST)

    def channels_last(self, x: Tensor) -> Tensor:
        """Return images as (batch, height, width, channels), as the layers of hwr see them."""
        return self._transpose(x, TO_CHANNELS_LAST) if x.channels_first else x

    def _transpose(self, x: Tensor, order: tuple[int, ...]) -> Tensor:
        """Transpose a tensor, or return what it was transposed from or to before."""
        if x in self._transposed:
            return self._transposed[x]
        height, width, channels = x.shape
        if channels == 1 or height == width == 1:  # nothing moves in memory
            shape = (channels, height, width) if order == TO_CHANNELS_FIRST else x.shape
            moved = self.node("Reshape", x, self.constant([0, *shape]))
        else:
            moved = self.node("Transpose", x, perm=order)
        turned = Tensor(moved.name, x.shape, not x.channels_first)
        self._transposed |= {x: turned, turned: x}
        return turned

    def _new(self, stem: str, shape: Shape, channels_first: bool = False) -> Tensor:
        self._count += 1
        return Tensor(f"{stem}_{self._count}", shape, channels_first and len(shape) == 3)
