"""The part that is checked: its class, and settings and input shapes that suit it."""

import dataclasses
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Activation, Layer, Shape
from handwriting.nn.architecture import shape_text
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import entry_points, settings, specs

SHAPES: tuple[Shape, ...] = ((6,), (8, 8, 3))
"""Inputs that a layer is tried with: units, and a picture with channels. It has to take one of them."""
WHOLE_NUMBERS = (16, 3, 2, 1)
"""Values for a setting that has no default: the first one is taken with which the part can be built."""
WORDS: dict[Any, str] = {float: "0.5", bool: "true", str: "a", types.NoneType: "none"}


class Subject:
    """A registered part on its way into the tests: `load` first, then `settle`; both return what they saw."""

    def __init__(self, kind: str, name: str, arguments: str, folder: Path) -> None:
        """Take the name as the registry knows it, settings as text, and the folder of a dataset's own files."""
        self.kind, self.name, self.arguments, self.folder = kind, name, arguments, folder
        self.type: type[Any] = object
        self.part: Any = None
        self.spec = name
        self.shapes: list[Shape] = []

    def load(self) -> str:
        """Import the class; raises `PluginError` where it is broken."""
        self.type = entry_points.load(self.kind, self.name)
        return f"{self.type.__module__}:{self.type.__qualname__}, API {self.type.api_version}"

    def settle(self) -> str:
        """Make the part; raises `SettingError` where no settings or shapes that are tried suit it."""
        refusals = []
        for spec in self._candidates():
            try:
                self.part, self.spec = specs.make(self.kind, spec), spec
                self.shapes = self._accepted()
                return self._described()
            except SettingError as error:
                refusals.append(error)
        raise refusals[0]

    @property
    def layer(self) -> Layer:
        """The part in the form of a layer."""
        return as_layer(self.part)

    def _candidates(self) -> Iterator[str]:
        """Yield the part's text form with the given settings, or with samples for those that have no default."""
        needed = [] if self.arguments else [field for field in settings.fields(self.type) if _is_needed(field)]
        if not needed:
            yield f"{self.name}:{self.arguments}" if self.arguments else self.name
            return
        hints = typing.get_type_hints(self.type)
        for number in WHOLE_NUMBERS:
            samples = (f"{field.name}={_sample(hints[field.name], number)}" for field in needed)
            yield f"{self.name}:{','.join(samples)}"

    def _accepted(self) -> list[Shape]:
        if not isinstance(self.part, Layer):
            return list(SHAPES[:1]) if isinstance(self.part, Activation) else []
        accepted, refusals = [], []
        for shape in SHAPES:
            try:
                self.part.build(shape)
                accepted.append(shape)
            except ShapeError as error:
                refusals.append(f"{shape_text(shape)}: {error}")
        if not accepted:
            raise ShapeError(f"takes none of the inputs tried ({'; '.join(refusals)}); give settings: NAME:SETTINGS")
        return accepted

    def _described(self) -> str:
        takes = f", takes {' and '.join(map(shape_text, self.shapes))}" if self.shapes else ""
        return f"{specs.describe(self.part)}{takes}"


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _sample(hint: Any, number: int) -> str:
    """Return a value of a type as text: of several types the first, of several words the first."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return _sample(typing.get_args(hint)[0], number)
    if typing.get_origin(hint) is typing.Literal:
        return settings.as_text(typing.get_args(hint)[0])
    return WORDS.get(hint, str(number))
