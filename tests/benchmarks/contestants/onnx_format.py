"""Writes a network as an ONNX file: the few fields that it takes, without the `onnx` package.

An ONNX file is a protocol-buffer message. Each field is its number and kind, then an integer in sevens of bits, or a
length and bytes; a message within a message is such bytes. Field numbers are those of onnx/onnx.proto.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

FLOAT, UINT8, INT64 = 1, 2, 7
"""TensorProto.DataType."""

KINDS = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}
OPSET, FORMAT = 13, 8


def classifier(weights: Iterable[Any]) -> bytes:
    """Return a network from pictures, uint8 (n, 28, 28), to outputs, float32 (n, classes), relu in between.

    `weights` are W (inputs, units) and b (units,), layer by layer, for inputs from 0 to 1.
    """
    arrays = [np.ascontiguousarray(array, np.float32) for array in weights]
    constants = {"scale": np.array(1 / 255, np.float32), "row": np.array([-1, arrays[0].shape[0]], np.int64)}
    nodes = [
        _node("Cast", ["images"], "grey", _field(5, _text(1, "to") + _whole(3, FLOAT) + _whole(20, 2))),
        _node("Mul", ["grey", "scale"], "scaled"),
        _node("Reshape", ["scaled", "row"], "a0"),
    ]
    layers = len(arrays) // 2
    for i in range(layers):
        constants |= {f"w{i}": arrays[2 * i], f"b{i}": arrays[2 * i + 1]}
        given = "outputs" if i == layers - 1 else f"z{i}"
        nodes.append(_node("Gemm", [f"a{i}", f"w{i}", f"b{i}"], given))
        if i < layers - 1:
            nodes.append(_node("Relu", [given], f"a{i + 1}"))
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _text(2, "digits"),
            *(_field(5, _tensor(name, array)) for name, array in constants.items()),
            _field(11, _value("images", UINT8, ["n", 28, 28])),
            _field(12, _value("outputs", FLOAT, ["n", arrays[-1].shape[0]])),
        ]
    )
    return _whole(1, FORMAT) + _field(7, graph) + _field(8, _text(1, "") + _whole(2, OPSET))


def _node(kind: str, inputs: list[str], output: str, *attributes: bytes) -> bytes:
    return b"".join([*(_text(1, name) for name in inputs), _text(2, output), _text(4, kind), *attributes])


def _tensor(name: str, array: Any) -> bytes:
    lengths = b"".join(_whole(1, length) for length in array.shape)
    return lengths + _whole(2, KINDS[array.dtype]) + _text(8, name) + _field(9, array.tobytes())


def _value(name: str, kind: int, shape: list[str | int]) -> bytes:
    axes = [_text(2, length) if isinstance(length, str) else _whole(1, length) for length in shape]
    described = b"".join(_field(1, axis) for axis in axes)
    return _text(1, name) + _field(2, _field(1, _whole(1, kind) + _field(2, described)))


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, content: bytes) -> bytes:
    return _sevens(number << 3 | 2) + _sevens(len(content)) + content


def _whole(number: int, value: int) -> bytes:
    return _sevens(number << 3) + _sevens(value)


def _sevens(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _sevens(rest) if rest else bytes([low])
