"""Specs: the text form of a part, `dropout:0.5` or `conv2d:16,kernel=5`; and its JSON form in a model file.

A value that holds a comma, a plus sign or a quotation mark stands in double quotes, in which a quotation mark is
doubled: `csv:path="1,5 + 2.csv"`. A setting may hold layers, and then reaches to the end of the spec:
`residual:conv2d:16,kernel=5+batch-norm`.

Both hold a registered name and settings, never an import path: neither a command line nor a model file can reach any
code but registered classes.
"""

import json
import reprlib
from collections.abc import Iterator
from typing import Any

from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.registry import entry_points, loading, settings
from handwriting.registry.ranges import LIMIT
from handwriting.system.text import printable

LAYER_KINDS = ("layer", "activation")
"""The kinds of the parts that a network consists of."""


def make(kinds: str | tuple[str, ...], spec: str) -> Any:
    """Return the part of one of `kinds` for a spec: NAME or NAME:VALUE,...,SETTING=VALUE,...

    Raises `SettingError` for the name or the settings, `PluginError` if its class is broken.
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    name, arguments = split(kinds, spec)
    return construct(loading.load(kinds, name), name, arguments)


def construct(part_class: type[Any], name: str, arguments: str) -> Any:
    """Return a part with the settings VALUE,...,SETTING=VALUE,...; raises `SettingError`, calling the part `name`."""
    given: dict[str, Any] = dict(_by_name(part_class, name, arguments))
    if (key := settings.of_layers(part_class)) in given:
        given[key] = _make_layers(name, given[key])
    return settings.construct(part_class, name, given)


def _make_layers(name: str, text: str) -> tuple[Any, ...]:
    """Return the layers and activations in "conv2d:16,kernel=5+relu", which are inside the part `name`."""
    written = [spec.strip() for spec in separated(text, "+")]
    if not all(written):
        raise SettingError(f"{name}:{text}: a layer is missing before or after a +")
    try:
        return tuple(make(LAYER_KINDS, spec) for spec in written)
    except SettingError as error:
        raise SettingError(f"{name}: {error}") from error


def split(kinds: tuple[str, ...], spec: str) -> tuple[str, str]:
    """Return the name and the settings of NAME:SETTINGS or DISTRIBUTION:NAME:SETTINGS, without importing anything."""
    first, _, rest = spec.partition(":")
    second, _, arguments = rest.partition(":")
    if entry_points.canonical(first) in entry_points.providers(kinds, second):
        return f"{first}:{second}", arguments
    return first, rest


def describe(part: object) -> str:
    """Return the spec of a part, without the settings at their defaults.

    For a class that is not registered, as in a notebook, the name is that of the class.
    """
    try:
        name = entry_points.name_of(loading.entry_of(type(part)))
    except SettingError:
        name = type(part).__name__
    arguments = describe_settings(part)
    return f"{name}:{arguments}" if arguments else name


def describe_settings(part: object) -> str:
    """Return the settings of a part that are not at their defaults, as in a spec; "" if there are none."""
    arguments, layers = [], []
    holds_layers = settings.of_layers(type(part))
    for position, field in enumerate(settings.fields(type(part))):
        value = getattr(part, field.name)
        if value == settings.default(field):
            continue
        if field.name == holds_layers:
            text = "+".join(map(describe, value))
            layers = [text if position == 0 else f"{field.name}={text}"]
        else:
            text = _quoted(settings.format_value(value))
            positional = position == 0 and text and "=" not in text
            arguments.append(text if positional else f"{field.name}={text}")
    return ",".join(arguments + layers)


def separated(text: str, separator: str) -> list[str]:
    """Return what stands between the separators in `text`; those in double quotes separate nothing.

    Raises `SettingError` for a quotation mark that is not closed.
    """
    stretches = text.split('"')
    if len(stretches) % 2 == 0:
        raise SettingError(f"{printable(text)}: a quotation mark is not closed")
    pieces = [""]
    for position, stretch in enumerate(stretches):
        if position % 2:
            pieces[-1] += f'"{stretch}"'
        else:
            first, *others = stretch.split(separator)
            pieces[-1] += first
            pieces += others
    return pieces


def to_json(part: object) -> dict[str, Any]:
    """Return a part as JSON values: kind, name, settings, and for a plugin's part the distribution and its version."""
    entry = loading.entry_of(type(part))
    values = {field.name: getattr(part, field.name) for field in settings.fields(type(part))}
    if key := settings.of_layers(type(part)):
        values[key] = [to_json(layer) for layer in values[key]]
    return {"kind": entry.kind, "name": entry.name, "settings": values, **entry.origin}


def with_inner(part: Any) -> Iterator[Any]:
    """Yield the layers that a setting of a part holds, and then the part itself."""
    key = settings.of_layers(type(part))
    for layer in getattr(part, key) if key else ():
        yield from with_inner(layer)
    yield part


def with_inner_json(written: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what `to_json` wrote of each part that `with_inner` yields."""
    for value in written["settings"].values():
        if isinstance(value, list):
            for inner in value:
                yield from with_inner_json(inner) if isinstance(inner, dict) else ()
    yield written


def check_saved(part: object) -> None:
    """Find out whether a model file can hold a part and give it back; raises `PluginError` if not."""
    written = to_json(part)
    try:
        for name, value in written["settings"].items():
            _check_setting(name, value)
        restored = from_json(json.loads(json.dumps(written), parse_int=_bounded), (written["kind"],))
        same = json.dumps(to_json(restored)) == json.dumps(written)
        cause = "" if same else "it comes back with other settings"
    except (HandwritingError, ValueError, TypeError, RecursionError) as error:
        cause = str(error)
    if cause:
        raise PluginError(f"{loading.entry_of(type(part))} can't be saved with a model: {cause}")


def _bounded(text: str) -> int:
    if abs(number := int(text)) >= LIMIT:
        raise ValueError("a number has too many digits")
    return number


def _check_setting(name: str, value: object) -> None:
    """Raise `ValueError` for the value of a setting that JSON can't hold."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"the setting {name!r} is infinite, NaN or contains itself") from error
    except TypeError as error:
        kinds = "int, float, bool, str, Literal, or one of these or None"
        raise ValueError(f"the setting {name!r} is of the type {type(value).__name__}; allowed are {kinds}") from error


def from_json(written: Any, kinds: tuple[str, ...]) -> Any:
    """Return the part that `to_json` wrote.

    Raises `PluginError`, naming the distribution to install, if a plugin is missing, and `SettingError` if the JSON is
    not of that form.
    """
    match written:
        case {"kind": str(kind), "name": str(name), "settings": dict(given)} if kind in kinds:
            part_class = loading.load_entry(entry_points.find_saved(kind, written))
            key = settings.of_layers(part_class)
            if isinstance(layers := given.get(str(key)), list):
                given = given | {key: tuple(from_json(layer, LAYER_KINDS) for layer in layers)}
            return settings.construct(part_class, name, given)
    raise SettingError(f"this does not describe a part of a network: {reprlib.repr(written)}")


def _by_name(part_class: type[Any], name: str, arguments: str) -> dict[str, str]:
    """Return VALUE,...,SETTING=VALUE,... by name; values without a name belong to the settings in their order."""
    known = [field.name for field in settings.fields(part_class)]
    holds_layers = settings.of_layers(part_class)
    given: dict[str, str] = {}
    pieces = list(filter(None, map(str.strip, separated(arguments, ","))))
    while pieces:
        argument = pieces.pop(0)
        key, equals, value = map(str.strip, ("", "", "") if argument.startswith('"') else argument.partition("="))
        if not equals or (holds_layers and not key.isidentifier()):  # as in conv2d:kernel=5
            free = [candidate for candidate in known if candidate not in given]
            if not free:
                all_settings = settings.signature(part_class)
                raise SettingError(f"{name}: {argument!r} is one value too many; its settings: {all_settings}")
            key, value = free[0], argument
        if key in given:
            raise SettingError(f"{name}: {key} is given twice")
        if key == holds_layers:
            value = ",".join([value, *pieces])
            pieces = []
        given[key] = _unquoted(value)
    return given


def _quoted(text: str) -> str:
    """Return a value as it stands in a spec: in quotes if it would not be read as one value without."""
    is_plain = text == text.strip() and not set(text) & set(',+"')
    return text if is_plain else '"' + text.replace('"', '""') + '"'


def _unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
    return text[1:-1].replace('""', '"') if is_quoted else text
