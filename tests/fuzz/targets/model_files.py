"""Model files: whatever loads can be described, used, shown on the web page and saved again."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from handwriting.errors import HandwritingError
from handwriting.models import model_file
from handwriting.models.model_file import KEY
from handwriting.models.user_models import BUNDLED
from handwriting.nn import architecture
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.network import PIXEL_SCALE
from handwriting.pictures.preparation import SETTINGS
from handwriting.registry import specs
from handwriting.web.model_list import ModelList
from tests.fuzz.mutations import NUMBERS, changed_bytes, changed_json
from tests.fuzz.targets import commands
from tests.helpers.safetensors_parts import join

NETWORKS = (
    ("dense:4", "relu", "dense:11"),
    ("soften", "conv2d:2", "batch-norm", "swish", "max-pool", "flatten", "dropout:0.5", "dense:10"),
    ("residual:conv2d:2+batch-norm+relu", "residual:max-pool+elu", "flatten", "dense:3"),
    ("average-pool", "conv2d:3,kernel=5,stride=2,padding=1", "gelu", "global-average-pool", "dense:2"),
)
LAYERS = ("dense", "conv2d", "max-pool", "average-pool", "global-average-pool", "batch-norm", "soften", "dropout",
          "flatten")  # fmt: skip
SETTING_NAMES = ("units", "channels", "kernel", "stride", "padding", "size", "rate", "decay", "epsilon", "share")
MOST_PARAMETERS = 100_000
"""Larger networks get no tensors, so their files are refused."""
IMAGES = np.random.default_rng(0).integers(0, 256, (2, 28, 28), np.uint8)


def contents() -> SearchStrategy[bytes]:
    """Model files with changes in their description, in their header or in their bytes, or with strange layers."""
    valid = st.sampled_from(NETWORKS).map(_parts)
    return st.one_of(
        st.builds(_file, valid.flatmap(lambda parts: changed_json(st.builds(_description, st.just(parts)))), valid),
        valid.flatmap(lambda parts: changed_json(st.builds(_sound_header, st.just(parts)))).map(_joined),
        changed_bytes(valid.map(lambda parts: _file(_description(parts), parts))),
        _strange_layers().map(lambda parts: _file(_description(parts), parts)),
    )


def use(content: bytes, folder: Path) -> None:
    """Load the model, and then all that users do with one must work."""
    path, picture = folder / "model.safetensors", folder / "picture.png"
    path.write_bytes(content)
    picture.write_bytes(commands.PICTURE)
    model = model_file.load(path)
    confidences = model.confidences(IMAGES)
    assert confidences.shape == (2, len(model.class_names))
    assert np.isfinite(confidences).all()
    commands.strict_json(commands.run("info", "--format", "json", "-m", path, data=folder))
    predicted = commands.invoke("predict", "--format", "json", "-m", path, picture, data=folder)
    if predicted.exit_code == 0:  # else the picture is rejected, or the model was trained on others
        commands.strict_json(predicted.stdout)
    commands.run("info", "-m", path, data=folder)
    commands.run("models", data=folder)
    models = ModelList(folder, path)
    models.recognizer(next(iter(models.paths())))
    model_file.save(model, path)
    assert np.array_equal(model_file.load(path).network.vector, model.network.vector)


def _parts(network: tuple[str, ...]) -> list[dict[str, Any]]:
    return [specs.to_json(specs.make(("layer", "activation"), spec)) for spec in network]


@st.composite
def _strange_layers(draw: DrawFn) -> list[dict[str, Any]]:
    """Layers with any numbers as settings, and at the end one that makes them a classifier."""
    settings = st.dictionaries(st.sampled_from(SETTING_NAMES), st.one_of(st.integers(-1, 30), NUMBERS), max_size=2)
    layer = st.builds(lambda name, s: {"kind": "layer", "name": name, "settings": s}, st.sampled_from(LAYERS), settings)
    return [*draw(st.lists(layer, max_size=4)), {"kind": "layer", "name": "dense", "settings": {"units": 10}}]


@cache
def _record() -> dict[str, Any]:
    """What the bundled model records of its training, with its history cut short."""
    record = model_file.read_record(BUNDLED)
    return record | {"history": record["history"][:2]}


def _description(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": 1,
        "layers": parts,
        "loss": "cross-entropy",
        "classes": [*"0123456789", "non-digit"][: parts[-1]["settings"]["units"]],
        "pixel_scale": PIXEL_SCALE,
        "temperature": 1.25,
        "refusal": 0.5,
        "preparation": dict(SETTINGS),
        "training": _record(),
    }


def _file(description: Any, parts: list[dict[str, Any]]) -> bytes:
    return _joined(_header(description, parts))


def _sound_header(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return _header(_description(parts), parts)


def _header(description: Any, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the header of a file with this description, and with the tensors that fit these layers."""
    header: dict[str, Any] = {"__metadata__": {KEY: json.dumps(description)}}
    end = 0
    for name, shape in _shapes(parts).items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    return header


def _joined(header: Any) -> bytes:
    """Return a safetensors file with this header, and as many ones as the last of its tensors needs."""
    tensors = [tensor for tensor in header.values() if isinstance(tensor, dict)] if isinstance(header, dict) else []
    ends = [tensor["data_offsets"][1] for tensor in tensors if _has_offsets(tensor)]
    count = min(max(ends, default=0) // 4, MOST_PARAMETERS)
    return join(header, np.full(max(count, 0), 0.01, np.float32).tobytes())


def _has_offsets(tensor: dict[str, Any]) -> bool:
    match tensor.get("data_offsets"):
        case [_, int()]:
            return True
    return False


def _shapes(parts: list[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parameters of these layers; of none if there is no such network, or a large one."""
    try:
        stages = architecture.plan([as_layer(specs.from_json(part, ("layer", "activation"))) for part in parts])
    except HandwritingError:
        return {}
    shapes = {f"{position}.{name}": p.shape for position, name, p in architecture.parameters_of(stages)}
    return shapes if sum(int(np.prod(shape)) for shape in shapes.values()) <= MOST_PARAMETERS else {}
