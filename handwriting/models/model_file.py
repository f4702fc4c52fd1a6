"""The model file: a trained network with all that is needed to use it, in one safetensors file.

The tensors are the layers' parameters, named "POSITION.NAME"; the metadata is one JSON text under the key
"handwriting". A file holds no code, only registered names and their settings, and is not trusted before its tensors
have been compared with the architecture of its network.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import HandwritingError, ModelError, PluginError
from handwriting.interfaces import NON_DIGIT, Floats, Images, Loss, non_digit_index
from handwriting.models import json_schema, training_record
from handwriting.models.json_schema import COUNT, NAME, OBJECT, Leaf, ListOf, Schema, number
from handwriting.models.safetensors_file import parse_tensors, read_metadata, read_tensors
from handwriting.nn import architecture
from handwriting.nn.folding import folded
from handwriting.nn.guarded import guarded
from handwriting.nn.layers.activate import as_layer, as_part
from handwriting.nn.network import PIXEL_SCALE, Network
from handwriting.registry import entry_points, specs
from handwriting.system.blas import one_blas_thread
from handwriting.system.storage import replacing
from handwriting.testing import contract_check

FORMAT_VERSION = 1
KEY = "handwriting"
CHECKPOINT_KEY = "handwriting-checkpoint"
"""The key of a checkpoint's description, by which it is told from a model."""
FORMER_NON_DIGIT = "nothing"
"""What files written before the first release call the class of non-digits."""
LOSS = Leaf("a loss", lambda value: isinstance(value, str | dict))
SCHEMA: Schema = {
    "format": COUNT, "layers": ListOf(OBJECT, least=1), "loss": LOSS, "classes": ListOf(NAME, least=1),
    "pixel_scale": number(PIXEL_SCALE, PIXEL_SCALE), "temperature?": number(1e-6, 1e6), "refusal?": number(0, 1),
    "preparation": OBJECT, "training": training_record.SCHEMA,
}  # fmt: skip
"""The description of a network; the first files lack temperature and refusal."""


@dataclass(frozen=True)
class Model:
    """A network, the loss it was trained with (which turns outputs into confidences), and the names of its classes.

    `preparation` holds the constants by which pictures are prepared for it. `training` records, as JSON values, how it
    was made: dataset, recipe, history, test accuracy, versions. `notices` are lines for the user, such as that a plugin
    is installed in another version than the model was trained with.
    Outputs are divided by `temperature` before they become confidences (see evaluation/calibration.py), and an image is
    rejected if its confidence in "non-digit" is at least `rejection_threshold` (see evaluation/rejection.py).
    """

    network: Network
    loss: Loss
    class_names: tuple[str, ...]
    preparation: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    temperature: float = 1.0
    rejection_threshold: float = 0.5

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.network})"

    @one_blas_thread()
    def confidences(self, images: Images) -> Floats:
        """Return the confidence in each class, (n, classes) from 0 to 1, for images (n, 28, 28).

        Raises `ModelError` if they are NaN, as with weights whose products are infinite.
        """
        confidences = guarded(self.loss).confidences(self._folded.outputs(images) / self.temperature)
        if not np.isfinite(confidences).all():
            raise ModelError("the confidences of this model are NaN, because its outputs are infinite: train again")
        return confidences

    def rejects(self, confidences: Floats) -> NDArray[np.bool_]:
        """Return for each row of confidences (n, classes) whether the image is taken for a non-digit."""
        if self.non_digit is None:
            return np.zeros(len(confidences), bool)
        return np.asarray(confidences[:, self.non_digit] >= self.rejection_threshold)

    @property
    def trained_on(self) -> str | None:
        """The name of the dataset, such as "mnist+non-digits"; None if the file does not record it."""
        return training_record.dataset_name(self.training)

    @property
    def test_accuracy(self) -> float | None:
        """The accuracy on the test set at the end of the training, 0 to 1; None if the file does not record it."""
        result = training_record.test_result(self.training)
        return result[0] if result else None

    @cached_property
    def non_digit(self) -> int | None:
        """The position of the class of non-digits, None if the model has none and so can't reject."""
        return non_digit_index(self.class_names)

    @cached_property
    def _folded(self) -> Network:
        return folded(self.network)


def save(model: Model, path: Path) -> None:
    """Write `model` to `path`; an older file stays there until the new one is complete.

    Raises `HandwritingError` if it can't be written there, `SettingError` for a layer that is not registered, and
    `ModelError` for what `load` would refuse, such as weights that are NaN.
    """
    content = to_content(model)
    with replacing(path) as file:
        file.write(content)


def to_content(model: Model) -> bytes:
    """Return the content of the model's file, which `load` accepts; raises `SettingError` or `ModelError` as `save`."""
    from safetensors.numpy import save as to_bytes

    written = {
        "format": FORMAT_VERSION,
        "layers": [specs.to_json(as_part(stage.layer)) for stage in model.network.stages],
        "loss": specs.to_json(model.loss),
        "classes": list(model.class_names),
        "pixel_scale": PIXEL_SCALE,
        "temperature": model.temperature,
        "refusal": model.rejection_threshold,
        "preparation": model.preparation,
        "training": model.training,
    }
    tensors = {
        f"{position}.{name}": array
        for position, parameters in enumerate(model.network.parameters)
        for name, array in parameters.items()
    }
    try:
        content = to_bytes(tensors, {KEY: json.dumps(written)})
        from_content(content)
    except (ModelError, PluginError, ValueError, TypeError) as error:
        raise ModelError(f"the model can't be saved, because it could not be loaded again: {error}") from error
    return content


def from_content(content: bytes) -> Model:
    """Return the model in the content of a file; raises `ModelError` or `PluginError` as `load`."""
    return _restore(*parse_tensors(content))


def load(path: Path) -> Model:
    """Return the model in `path`.

    Raises `ModelError` if the file is missing, damaged, hostile, or written by a newer version, and `PluginError`,
    which says what to install, if it needs a plugin that is missing.
    """
    metadata, tensors = read_tensors(path)
    if CHECKPOINT_KEY in metadata:
        raise ModelError(f"{path} is a checkpoint, not a model: continue with hwr train --resume {path}")
    try:
        return _restore(metadata, tensors)
    except PluginError as error:
        raise PluginError(f"{path} can't be used: {error}") from error
    except ModelError as error:
        raise ModelError(f"{path} is not a model that this version of hwr can use: {error}") from error


def read_record(path: Path) -> dict[str, Any]:
    """Return what the model in `path` records of its training, from the file's header alone.

    Raises `ModelError` if that can't be read.
    """
    try:
        written = json_schema.parse(read_metadata(path).get(KEY, "null"))
        json_schema.check(written, {"training": training_record.SCHEMA}, "description")
    except (ModelError, ValueError, TypeError, RecursionError) as error:
        raise ModelError(f"{path} is not a model of hwr, or it is damaged: {error}; train again") from error
    record: dict[str, Any] = written["training"]
    return record


def _restore(metadata: dict[str, str], tensors: dict[str, Floats]) -> Model:
    """Return the model that a file holds; whatever may fail becomes a `ModelError` or a `PluginError`."""
    try:
        return _model(json_schema.parse(metadata.get(KEY, "null")), tensors)
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
    json_schema.check(written, SCHEMA, "description")
    network, classes = _network(written["layers"], tensors), written["classes"]
    loss = _loss_in_full(written["loss"])
    if network.stages[-1].output_shape != (len(classes),):
        raise ModelError(f"it names {len(classes)} classes, but has another number of outputs")
    return Model(
        network,
        _loss(loss),
        tuple(NON_DIGIT if name == FORMER_NON_DIGIT else name for name in classes),
        written["preparation"],
        written["training"],
        entry_points.version_notes([*chain.from_iterable(map(specs.with_inner_json, written["layers"])), loss]),
        temperature=written.get("temperature", 1.0),
        rejection_threshold=written.get("refusal", 0.5),
    )


def _loss_in_full(written: Any) -> dict[str, Any]:
    """Return the loss as `specs.to_json` writes it: the first files hold its name alone."""
    return {"kind": "loss", "name": written, "settings": {}} if isinstance(written, str) else written


def _loss(written: dict[str, Any]) -> Loss:
    loss: Loss = specs.from_json(written, ("loss",))
    contract_check.check_loss(loss)
    return loss


def _network(layers: list[object], tensors: dict[str, Floats]) -> Network:
    """Plan the network, and fill it only if the tensors of the file are exactly those of the plan."""
    parts = [specs.from_json(layer, specs.LAYER_KINDS) for layer in layers]
    stages = architecture.plan([as_layer(part) for part in parts])
    planned = {
        f"{position}.{name}": parameter.shape for position, name, parameter in architecture.parameters_of(stages)
    }
    found = {name: array.shape for name, array in tensors.items()}
    if odd := sorted(name for name in planned | found if planned.get(name) != found.get(name)):
        raise ModelError(f"its parameters do not fit its layers, first at {odd[0][:40]!r}")
    contract_check.check_layers(stages)
    ordered = [tensors[name].ravel() for name in planned]
    return Network(stages, np.concatenate(ordered) if ordered else np.empty(0, np.float32))
