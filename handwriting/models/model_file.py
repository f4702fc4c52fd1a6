"""The model file: a trained network with all that is needed to use it, in one safetensors file.

The tensors are the layers' parameters, named "POSITION.NAME"; the metadata is one JSON text under the key
"handwriting". No code is stored, only registered names and their settings, and a file is distrusted until its tensors
have been held against the plan of its network.
"""

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import HandwritingError, ModelError, PluginError
from handwriting.interfaces import Floats, Images, place_of_nothing
from handwriting.models.safetensors_file import parse_tensors, read_tensors
from handwriting.nn import architecture, losses
from handwriting.nn.folding import folded
from handwriting.nn.losses import Loss
from handwriting.nn.network import PIXEL_SCALE, Network
from handwriting.registry import entry_points, specs
from handwriting.system.storage import replacing
from handwriting.testing import contract_check

FORMAT_VERSION = 1
KEY = "handwriting"


@dataclass(frozen=True)
class Model:
    """A network, the loss it was trained with (which turns outputs into confidences), and what its classes mean.

    `preparation` holds the constants by which pictures are prepared for it; `training` tells, in JSON, how it came to
    be: dataset, seed, settings, history, test accuracy, versions. `notices` are lines that a person should know before
    relying on what it reads: that a plugin is there in another version than the one it was trained with.
    Outputs are divided by `temperature` before they become confidences, and where one of the classes is `NOTHING`, a
    picture shows none of the others if the confidence in it is `refusal` or more (see calibration.py).
    """

    network: Network
    loss: Loss
    class_names: tuple[str, ...]
    preparation: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    temperature: float = 1.0
    refusal: float = 0.5

    def confidences(self, images: Images) -> Floats:
        """Return how sure the network is of each class, (n, classes) from 0 to 1, for pictures (n, 28, 28)."""
        return self.loss.confidences(self._folded.outputs(images) / self.temperature)

    def refused(self, confidences: Floats) -> NDArray[np.bool_]:
        """Return for each row of confidences (n, classes) whether the picture is taken for nothing."""
        if self.nothing is None:
            return np.zeros(len(confidences), bool)
        return np.asarray(confidences[:, self.nothing] >= self.refusal)

    @property
    def nothing(self) -> int | None:
        """The position of the class `NOTHING`, None where the model knows none."""
        return place_of_nothing(self.class_names)

    @cached_property
    def _folded(self) -> Network:
        return folded(self.network)


def save(model: Model, path: Path) -> None:
    """Write `model` to `path`, in whose place the old file stays until the new one is complete.

    Raises `HandwritingError` where the place can't be written to, `SettingError` for a layer that is not registered,
    and `ModelError` for what `load` would refuse, such as weights that are NaN.
    """
    from safetensors.numpy import save as to_bytes

    written = {
        "format": FORMAT_VERSION,
        "layers": [specs.to_json(architecture.as_part(stage.layer)) for stage in model.network.stages],
        "loss": model.loss.name,
        "classes": list(model.class_names),
        "pixel_scale": PIXEL_SCALE,
        "temperature": model.temperature,
        "refusal": model.refusal,
        "preparation": model.preparation,
        "training": model.training,
    }
    content = to_bytes(_tensors(model.network), {KEY: json.dumps(written)})
    try:
        _restore(*parse_tensors(content))
    except (ModelError, PluginError) as error:
        raise ModelError(f"the model is not saved, as it could not be loaded again: {error}") from error
    with replacing(path) as file:
        file.write(content)


def load(path: Path) -> Model:
    """Return the model in `path`.

    Raises `ModelError` where the file is missing, damaged, hostile, or written by a newer version, and `PluginError`,
    which says what to install, where it needs a plugin that is not there.
    """
    metadata, tensors = read_tensors(path)
    try:
        return _restore(metadata, tensors)
    except PluginError as error:
        raise PluginError(f"{path} can't be used: {error}") from error
    except ModelError as error:
        raise ModelError(f"{path} is no model that this version of hwr can use: {error}") from error


def _restore(metadata: dict[str, str], tensors: dict[str, Floats]) -> Model:
    """Turn what a file holds into a model; every way in which that can fail becomes a `ModelError` or `PluginError`."""
    try:
        return _model(json.loads(metadata.get(KEY, "null")), tensors)
    except (ModelError, PluginError):
        raise
    except (HandwritingError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise ModelError(str(error)) from error


def _model(written: Any, tensors: dict[str, Floats]) -> Model:
    match written:
        case {"format": int(version)} if version > FORMAT_VERSION:
            raise ModelError(
                f"a newer version wrote it (format {version}, this one reads up to {FORMAT_VERSION}): "
                "pip install --upgrade handwriting"
            )
        case {
            "format": int(),
            "layers": [_, *_] as layers,
            "loss": str(loss),
            "classes": [_, *_] as classes,
            "pixel_scale": float(scale),
            "preparation": dict(preparation),
            "training": dict(training),
        } if scale == PIXEL_SCALE and all(isinstance(name, str) and name.isprintable() for name in classes):
            network = _network(layers, tensors)
            if network.stages[-1].output_shape != (len(classes),):
                raise ModelError(f"it names {len(classes)} classes for another number of outputs")
            notices = entry_points.version_notes(layers)
            return Model(
                network, losses.loss(loss), tuple(classes), preparation, training, notices,
                temperature=_number(written, "temperature", 1.0, below=math.inf),
                refusal=_number(written, "refusal", 0.5, below=1.0),
            )  # fmt: skip
    raise ModelError("its description is not of the form that hwr writes")


def _number(written: dict[str, Any], name: str, default: float, below: float) -> float:
    """Return a number that a file holds, between 0 and `below`; files of before there was one do not hold it."""
    number = written.get(name, default)
    if isinstance(number, float) and 0 < number < below:
        return number
    raise ModelError(f"its {name} is no number above 0" + (f" and below {below:g}" if below < math.inf else ""))


def _network(layers: list[object], tensors: dict[str, Floats]) -> Network:
    """Plan the network, and fill it only if the file's tensors are exactly the ones that the plan asks for."""
    parts = [specs.from_json(layer, ("layer", "activation")) for layer in layers]
    stages = architecture.plan([architecture.as_layer(part) for part in parts])
    planned = {
        _name(position, name): parameter.shape for position, name, parameter in architecture.parameters_of(stages)
    }
    found = {name: array.shape for name, array in tensors.items()}
    if planned != found:
        odd = sorted(key for key in planned.keys() | found.keys() if planned.get(key) != found.get(key))
        raise ModelError(f"its parameters do not fit its layers, first at {odd[0][:40]!r}")
    contract_check.try_layers(stages)
    ordered = [tensors[name].ravel() for name in planned]
    return Network(stages, np.concatenate(ordered) if ordered else np.empty(0, np.float32))


def _tensors(network: Network) -> dict[str, Floats]:
    return {
        _name(position, name): network.parameters[position][name]
        for position, name, _ in architecture.parameters_of(network.stages)
    }


def _name(position: int, name: str) -> str:
    return f"{position}.{name}"
