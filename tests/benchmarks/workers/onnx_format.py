"""Writes a network as an ONNX file, without the `onnx` package.

An ONNX file is a protocol-buffer message (https://protobuf.dev/programming-guides/encoding). A field is a key, made of
its number and wire type, followed by a varint, or by a length and that many bytes; a message inside a message is such
bytes. The field numbers are those of onnx/onnx.proto.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

FLOAT, UINT8, INT64 = 1, 2, 7
"""TensorProto.DataType."""

DATA_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}
OPSET, IR_VERSION = 13, 8


def classifier(weights: Iterable[Any]) -> bytes:
    """Return a network from images, uint8 (n, 28, 28), to outputs, float32 (n, classes), with relu in between.

    `weights` are W (inputs, units) and b (units,) of each layer in turn, for inputs from 0 to 1.
    """
    arrays = [np.ascontiguousarray(array, np.float32) for array in weights]
    constants = {"scale": np.array(1 / 255, np.float32), "row": np.array([-1, arrays[0].shape[0]], np.int64)}
    nodes = [
        _node("Cast", ["images"], "grey", _bytes(5, _text(1, "to") + _integer(3, FLOAT) + _integer(20, 2))),
        _node("Mul", ["grey", "scale"], "scaled"),
        _node("Reshape", ["scaled", "row"], "a0"),
    ]
    layers = len(arrays) // 2
    for i in range(layers):
        constants |= {f"w{i}": arrays[2 * i], f"b{i}": arrays[2 * i + 1]}
        output = "outputs" if i == layers - 1 else f"z{i}"
        nodes.append(_node("Gemm", [f"a{i}", f"w{i}", f"b{i}"], output))
        if i < layers - 1:
            nodes.append(_node("Relu", [output], f"a{i + 1}"))
    graph = [_bytes(1, node) for node in nodes]
    graph.append(_text(2, "digits"))
    graph += [_bytes(5, _tensor(name, array)) for name, array in constants.items()]
    graph.append(_bytes(11, _value("images", UINT8, ["n", 28, 28])))
    graph.append(_bytes(12, _value("outputs", FLOAT, ["n", arrays[-1].shape[0]])))
    return _integer(1, IR_VERSION) + _bytes(7, b"".join(graph)) + _bytes(8, _text(1, "") + _integer(2, OPSET))


def _node(operator: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    return b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, operator) + attribute


def _tensor(name: str, array: Any) -> bytes:
    lengths = b"".join(_integer(1, length) for length in array.shape)
    return lengths + _integer(2, DATA_TYPES[array.dtype]) + _text(8, name) + _bytes(9, array.tobytes())


def _value(name: str, data_type: int, shape: list[str | int]) -> bytes:
    axes = [_text(2, length) if isinstance(length, str) else _integer(1, length) for length in shape]
    described = b"".join(_bytes(1, axis) for axis in axes)
    return _text(1, name) + _bytes(2, _bytes(1, _integer(1, data_type) + _bytes(2, described)))


def _text(number: int, text: str) -> bytes:
    return _bytes(number, text.encode())


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _integer(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
