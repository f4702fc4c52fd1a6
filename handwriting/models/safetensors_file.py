"""Reading a safetensors file that nobody vouches for: checked against its own length before memory is allocated.

The format is an 8-byte length, a JSON header of that length (name -> dtype, shape, offsets), and the raw numbers. The
`safetensors` library refuses overlaps, gaps and offsets outside of the file. What it leaves open is closed here: the
size of file and header, duplicate names (of which other readers see another one), other dtypes, infinite numbers, NaN.
"""

from pathlib import Path
from typing import Any

import numpy as np

from handwriting.errors import ModelError
from handwriting.interfaces import Floats
from handwriting.models import json_schema

LARGEST_FILE = 2**30
LARGEST_HEADER = 2**20
"""Bytes."""


def read_tensors(path: Path) -> tuple[dict[str, str], dict[str, Floats]]:
    """Return the metadata and the float32 arrays of the safetensors file `path`.

    Raises `ModelError` if it can't be read, is no such file, or breaks one of the rules above.
    """
    content = _content(path)
    try:
        return parse_tensors(content)
    except ModelError as error:
        raise ModelError(f"{path} is not a model of hwr, or it is damaged: {error}; train again") from error


def read_metadata(path: Path) -> dict[str, str]:
    """Return the metadata of a safetensors file without reading its arrays; raises `ModelError` as `read_tensors`."""
    try:
        with _checked(path).open("rb") as file:
            metadata = _header(file.read(8 + LARGEST_HEADER)).get("__metadata__")
    except OSError as error:
        raise ModelError(f"can't read the model {path}: {error.strerror or error}") from error
    return metadata if isinstance(metadata, dict) else {}


def parse_tensors(content: bytes) -> tuple[dict[str, str], dict[str, Floats]]:
    """Return the metadata and the float32 arrays in the bytes of a safetensors file; raises `ModelError`, as above."""
    header = _header(content)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise ModelError("its metadata is not a table of texts")
    for name, tensor in header.items():
        if not isinstance(tensor, dict) or tensor.get("dtype") != "F32":
            raise ModelError(f"{name[:40]!r} is not an array of float32 numbers")
    import safetensors
    from safetensors.numpy import load

    try:
        tensors = load(content)
    except (safetensors.SafetensorError, ValueError, OverflowError, MemoryError) as error:
        raise ModelError(" ".join(str(error).split())[:160]) from error
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            raise ModelError(f"{name[:40]!r} holds numbers that are infinite or NaN")
    return metadata, tensors


def _content(path: Path) -> bytes:
    """Return the whole file: a copy, so that a later change of the file can't change a network in memory."""
    try:
        return _checked(path).read_bytes()
    except OSError as error:
        raise ModelError(f"can't read the model {path}: {error.strerror or error}") from error


def _checked(path: Path) -> Path:
    """Return `path` if a file is there whose size is within the limit; raises `ModelError` if not."""
    if not path.is_file():
        if path.exists():
            raise ModelError(f"{path} is not a model file")
        raise ModelError(f"there is no model file {path}: `hwr models` lists yours")
    if path.stat().st_size > LARGEST_FILE:
        raise ModelError(f"{path} is not a model of hwr: it is larger than 1 GiB")
    return path


def _header(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > len(content) - 8:
        raise ModelError("it is cut off, or not a safetensors file")
    if length > LARGEST_HEADER:
        raise ModelError("its description is longer than 1 MiB")
    try:
        header = json_schema.parse(content[8 : 8 + length].decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"its header is not valid JSON ({str(error)[:80]})") from error
    if not isinstance(header, dict):
        raise ModelError("its header is not a JSON object")
    return header
