"""The settings of a part: the fields of its dataclass, filled from text or from JSON and checked by their types."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from handwriting.errors import HandwritingError, SettingError

TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def fields(part: type[Any]) -> tuple[dataclasses.Field[Any], ...]:
    """Return the settings of a class, none where it is no dataclass."""
    return tuple(field for field in dataclasses.fields(part) if field.init) if dataclasses.is_dataclass(part) else ()


def values(part: object) -> dict[str, Any]:
    """Return the settings of `part` by name."""
    return {field.name: getattr(part, field.name) for field in fields(type(part))}


def usage(part: type[Any]) -> str:
    """Return the settings of a class as a person would read them: "rate: float = 0.5, scaled: bool = true"."""
    hints = typing.get_type_hints(part)
    written = []
    for field in fields(part):
        default = "" if field.default is dataclasses.MISSING else f" = {as_text(field.default)}"
        written.append(f"{field.name}: {_type_name(hints[field.name])}{default}")
    return ", ".join(written) or "none"


def as_text(value: object) -> str:
    """Return a setting's value as one would type it."""
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def construct(part: type[Any], name: str, given: Mapping[str, Any]) -> Any:
    """Return `part(**given)`, each value checked against its field's type; text is converted to it.

    Raises `SettingError` naming the setting, what it takes, and all the settings there are.
    """
    hints = typing.get_type_hints(part)
    known = {field.name: field for field in fields(part)}
    for key in given:
        if key not in known:
            raise SettingError(f"{name} has no setting {key!r}; its settings: {usage(part)}")
    for key, field in known.items():
        if key not in given and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingError(f"{name} needs a value for {key!r}; its settings: {usage(part)}")
    checked = {key: _convert(value, hints[key], f"{name}: {key}") for key, value in given.items()}
    try:
        return part(**checked)
    except HandwritingError:
        raise
    except (ValueError, TypeError) as error:
        raise SettingError(f"{name}: {error}; its settings: {usage(part)}") from error


def _convert(value: Any, hint: Any, what: str) -> Any:
    """Return `value` as the type `hint`: int, float, str, bool, Literal, or one of these or None."""
    for kind in _alternatives(hint):
        converted = _as_kind(value, kind)
        if converted is not _NO_MATCH:
            return converted
    raise SettingError(f"{what} takes {_type_name(hint)}, not {as_text(value)[:80]!r}")


_NO_MATCH = object()


def _as_kind(value: Any, kind: Any) -> Any:
    if typing.get_origin(kind) is typing.Literal:
        return next(
            (option for option in typing.get_args(kind) if as_text(option) == value or option == value), _NO_MATCH
        )
    if kind is types.NoneType:
        return None if value is None or value == "none" else _NO_MATCH
    if kind is bool:
        return value if isinstance(value, bool) else TRUTH.get(str(value).lower(), _NO_MATCH)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _NO_MATCH
    if kind is float and not isinstance(value, str):
        return float(value)
    if kind in (int, float) and isinstance(value, str):
        try:
            return kind(value)
        except ValueError:
            return _NO_MATCH
    return value if isinstance(value, kind) else _NO_MATCH


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


def _type_name(hint: Any) -> str:
    if typing.get_origin(hint) is typing.Literal:
        return "|".join(as_text(option) for option in typing.get_args(hint))
    return " or ".join("none" if kind is types.NoneType else kind.__name__ for kind in _alternatives(hint))
