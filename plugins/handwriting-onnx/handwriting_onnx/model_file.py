"""A model as an ONNX file: its network, its confidences, and the metadata by which it can be used without hwr.

    images (batch, 28, 28, 1) -> the network -> logits (batch, classes) -> / temperature -> probabilities

The file needs operator set 20, the first with Gelu, and the version 9 of the format, which belongs to it: onnxruntime
reads both since 1.17, and so does onnxruntime-web.
"""

from typing import TYPE_CHECKING

import numpy as np

from handwriting import __version__
from handwriting.errors import HandwritingError
from handwriting.models.model_file import Model
from handwriting.nn.layers.activate import as_part
from handwriting.nn.network import Network
from handwriting.system.text import cause_of
from handwriting_onnx.exporters import export, with_own_export
from handwriting_onnx.graph import Graph, Tensor
from handwriting_onnx.metadata import INPUT, LOGITS, PROBABILITIES, metadata

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 20, 9
LARGEST = 2**31 - 2**20
"""Bytes of parameters; a file of more than 2 GiB can't be read by Protocol Buffers, and the rest of it is small."""


def to_bytes(model: Model, network: Network) -> bytes:
    """Return the content of the ONNX file of a model; `network` is that of the model, its normalizations folded or not.

    Raises `PluginError` for a part that can't be exported, and `HandwritingError` for a network that is too large, or
    if the ONNX checker finds a fault.
    """
    from onnx import checker, helper

    if network.vector.nbytes > LARGEST:
        raise HandwritingError("the network is too large: an ONNX file holds at most 2 GiB of parameters")
    proto = helper.make_model(
        _graph(model, network), opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
        producer_name="hwr", producer_version=__version__, doc_string=f"Reads handwriting: {model.network}",
    )  # fmt: skip
    helper.set_model_props(proto, metadata(model))
    try:
        checker.check_model(proto, full_check=True)
    except Exception as error:  # the checker has errors of several classes
        raise refused("the ONNX checker refuses the model", error, network, model) from error
    content: bytes = proto.SerializeToString(deterministic=True)
    return content


def refused(what: str, error: Exception, network: Network, model: Model) -> HandwritingError:
    """Return the error that a check has failed, which names the parts that export themselves: they may be at fault."""
    suspects = with_own_export(network, model.loss)
    blame = f"; the fault may be in the export of {' or '.join(suspects)}" if suspects else ""
    return HandwritingError(f"{what} ({cause_of(error)}){blame}; no file is written")


def _graph(model: Model, network: Network) -> "onnx.GraphProto":
    from onnx import TensorProto, helper

    graph = Graph(export)
    x = images = Tensor("images", network.stages[0].input_shape)
    for stage, parameters in zip(network.stages, network.parameters, strict=True):
        x = graph.part(as_part(stage.layer), x, parameters)
    logits = graph.named("logits", x)
    probabilities = graph.named("probabilities", graph.part(model.loss, _calibrated(graph, logits, model), {}))
    inputs, outputs = (
        [
            helper.make_tensor_value_info(tensor.name, TensorProto.FLOAT, ["batch", *tensor.shape], description)
            for tensor, description in described
        ]
        for described in ([(images, INPUT)], [(logits, LOGITS), (probabilities, PROBABILITIES)])
    )
    return helper.make_graph(graph.nodes, "hwr", inputs, outputs, graph.constants)


def _calibrated(graph: Graph, logits: Tensor, model: Model) -> Tensor:
    if model.temperature == 1:
        return logits
    return graph.node("Div", logits, graph.constant(np.array([model.temperature], np.float32)))
