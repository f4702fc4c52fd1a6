"""The part that is checked: its class, and settings and input shapes that suit it."""

import math
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handwriting.datasets.opening import folder_of
from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Activation, Layer, Layers, Shape
from handwriting.nn.architecture import INPUT_SHAPE, shape_text
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import loading, settings, specs
from handwriting.testing.side_effects import nothing_shared_is_changed

SHAPES: tuple[Shape, ...] = ((6,), (8, 8, 3), INPUT_SHAPE, (math.prod(INPUT_SHAPE),))
"""Input shapes that a layer is tested with: rows of units and images with channels, the last two as those of MNIST. It
must accept one of them."""
INTEGERS = (16, 3, 2, 1)
"""Values for integer settings without a default: the first with which the part can be constructed is used."""
SAMPLES: dict[Any, str] = {float: "0.5", bool: "true", types.NoneType: "none", Layers: "batch-norm+relu"}
"""Values for other settings without a default, but for texts: no name or path can be guessed."""


class CheckedPart:
    """A registered part, for which `load` must be called first, then `construct`. Both return what they found."""

    def __init__(self, kind: str, name: str, arguments: str, data: Path, shape: Shape | None = None) -> None:
        """Take a registered name, settings as in a spec, the data directory of datasets, and an input shape.

        Without a shape, a layer is tested with those of `SHAPES` that it accepts.
        """
        self.kind, self.name, self.arguments, self.data, self.shape = kind, name, arguments, data, shape
        self.part_class: type[Any] = object
        self.part: Any = None
        self.spec = name
        self.shapes: list[Shape] = []

    def load(self) -> str:
        """Import the class; raises `PluginError` if it is broken."""
        with nothing_shared_is_changed():
            self.part_class = loading.load(self.kind, self.name)
        if self.kind == "command":
            return "a click.Command"
        return f"{self.part_class.__module__}:{self.part_class.__qualname__}, API {self.part_class.api_version}"

    def construct(self) -> str:
        """Construct the part; raises `SettingError` if it refuses all settings or input shapes that are tried."""
        if self.kind == "command":
            return "its options"
        errors = []
        for spec in self._specs():
            try:
                self.part, self.spec = specs.make(self.kind, spec), spec
                self.shapes = self._accepted_shapes()
                accepts = f", accepts {' and '.join(map(shape_text, self.shapes))}" if self.shapes else ""
                return f"{specs.describe(self.part)}{accepts}"
            except SettingError as error:
                errors.append(error)
        raise errors[0]

    @property
    def folder(self) -> Path:
        """The folder of a dataset in the data directory."""
        return folder_of(self.part, self.data)

    @property
    def layer(self) -> Layer:
        """The part as a layer."""
        return as_layer(self.part)

    @property
    def image_shape(self) -> Shape | None:
        """The shape in which the layer accepts an image: (28, 28, 1), or (784,) if only rows; None if neither."""
        return next((shape for shape in SHAPES[2:] if self.refusal(shape) is None), None)

    def _specs(self) -> Iterator[str]:
        """Yield the specs to try: with the given settings, or with samples for those without a default."""
        needed = [] if self.arguments else settings.required(self.part_class)
        if not needed:
            yield f"{self.name}:{self.arguments}" if self.arguments else self.name
            return
        hints = settings.type_hints(self.part_class)
        if texts := [name for name in needed if settings.alternatives(hints[name])[0] is str]:
            example = ",".join(f"{name}=..." for name in texts)
            raise SettingError(f"it can't be guessed what {' and '.join(texts)} should be: write :{example} behind it")
        for integer in INTEGERS:
            yield f"{self.name}:{','.join(f'{key}={_sample(hints[key], integer)}' for key in needed)}"

    def _accepted_shapes(self) -> list[Shape]:
        if not isinstance(self.part, Layer | Activation):
            return []
        tried = SHAPES if self.shape is None else (self.shape,)
        refusals = {shape: self.refusal(shape) for shape in tried}
        accepted = [shape for shape, refusal in refusals.items() if refusal is None]
        if not accepted:
            reasons = "; ".join(f"{shape_text(shape)}: {refusal}" for shape, refusal in refusals.items())
            advice = "; give settings (NAME:SETTINGS) or --shape" if self.shape is None else ""
            raise ShapeError(f"accepts none of the inputs tried ({reasons}){advice}")
        return accepted

    def refusal(self, shape: Shape) -> ShapeError | None:
        """Return why the layer does not accept inputs of a shape; None if it does."""
        try:
            self.layer.build(shape)
        except ShapeError as error:
            return error
        return None


def _sample(hint: Any, integer: int) -> str:
    """Return a value of a type as text; of a union or a Literal, the first alternative."""
    kind = settings.alternatives(hint)[0]
    if typing.get_origin(kind) is typing.Literal:
        return settings.format_value(typing.get_args(kind)[0])
    return SAMPLES.get(kind, str(integer))
