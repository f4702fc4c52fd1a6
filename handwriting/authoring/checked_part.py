"""The part that is checked: its class, and settings and input shapes that suit it."""

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handwriting.datasets.opening import folder_of
from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Activation, Layer, Shape
from handwriting.nn.architecture import INPUT_SHAPE, shape_text
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import loading, settings, specs

SHAPES: tuple[Shape, ...] = ((6,), (8, 8, 3))
"""Input shapes that a layer is tested with: a row of units, and an image with channels. It must accept one of them."""
INTEGERS = (16, 3, 2, 1)
"""Values for integer settings without a default: the first with which the part can be constructed is used."""
SAMPLES: dict[Any, str] = {float: "0.5", bool: "true", str: "a", types.NoneType: "none"}
"""Values for other settings without a default."""


class CheckedPart:
    """A registered part, for which `load` must be called first, then `construct`. Both return what they found."""

    def __init__(self, kind: str, name: str, arguments: str, data: Path) -> None:
        """Take a registered name, settings as in a spec, and the data directory, for the files of a dataset."""
        self.kind, self.name, self.arguments, self.data = kind, name, arguments, data
        self.part_class: type[Any] = object
        self.part: Any = None
        self.spec = name
        self.shapes: list[Shape] = []

    def load(self) -> str:
        """Import the class; raises `PluginError` if it is broken."""
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
    def image_shape(self) -> Shape:
        """The shape in which the layer accepts an image: (28, 28, 1), or (784,) if it accepts only rows."""
        try:
            self.layer.build(INPUT_SHAPE)
        except ShapeError:
            return (784,)
        return INPUT_SHAPE

    def _specs(self) -> Iterator[str]:
        """Yield the specs to try: with the given settings, or with samples for those without a default."""
        needed = [] if self.arguments else settings.required(self.part_class)
        if not needed:
            yield f"{self.name}:{self.arguments}" if self.arguments else self.name
            return
        hints = settings.type_hints(self.part_class)
        for integer in INTEGERS:
            yield f"{self.name}:{','.join(f'{key}={_sample(hints[key], integer)}' for key in needed)}"

    def _accepted_shapes(self) -> list[Shape]:
        if not isinstance(self.part, Layer):
            return list(SHAPES[:1]) if isinstance(self.part, Activation) else []
        accepted, errors = [], []
        for shape in SHAPES:
            try:
                self.part.build(shape)
                accepted.append(shape)
            except ShapeError as error:
                errors.append(f"{shape_text(shape)}: {error}")
        if not accepted:
            raise ShapeError(f"accepts none of the inputs tried ({'; '.join(errors)}); give settings: NAME:SETTINGS")
        return accepted


def _sample(hint: Any, integer: int) -> str:
    """Return a value of a type as text; of a union or a Literal, the first alternative."""
    kind = settings.alternatives(hint)[0]
    if typing.get_origin(kind) is typing.Literal:
        return settings.format_value(typing.get_args(kind)[0])
    return SAMPLES.get(kind, str(integer))
