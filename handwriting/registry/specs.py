"""How a part is written: as text, `dropout:0.5` or `conv2d:16,kernel=5`, and as JSON in a model file.

Both forms hold a registered name and its settings: names only, never import paths, so neither a command line nor a
model file can reach any code but a registered class.
"""

import reprlib
from typing import Any

from handwriting.errors import SettingError
from handwriting.registry import entry_points, settings


def make(kinds: str | tuple[str, ...], text: str) -> Any:
    """Return the part that `text` names: NAME or NAME:VALUE,...,SETTING=VALUE,... (of the first kind that has it).

    Raises `PluginError` for the name, `SettingError` for the settings.
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    name, arguments = split(kinds, text)
    part = entry_points.load(kinds, name)
    return construct(part, name, arguments)


def construct(part: type[Any], name: str, arguments: str) -> Any:
    """Return `part` with the settings VALUE,...,SETTING=VALUE,...; raises `SettingError`, calling the part `name`."""
    return settings.construct(part, name, _arguments(part, name, arguments))


def split(kinds: tuple[str, ...], text: str) -> tuple[str, str]:
    """Return the name and the settings of NAME:SETTINGS or DISTRIBUTION:NAME:SETTINGS, imports nothing."""
    first, _, rest = text.partition(":")
    second, _, arguments = rest.partition(":")
    brought_by = {entry_points.canonical(entry.distribution) for kind in kinds for entry in entry_points.entries(kind)
                  if entry.name == second}  # fmt: skip
    return (f"{first}:{second}", arguments) if entry_points.canonical(first) in brought_by else (first, rest)


def describe(part: object) -> str:
    """Return the text form of `part`; settings at their defaults are left out.

    A class that nobody has registered (in a notebook, say) goes by its own name.
    """
    try:
        name = entry_points.name_of(entry_points.entry_of(type(part)))
    except SettingError:
        name = type(part).__name__
    written = []
    for position, field in enumerate(settings.fields(type(part))):
        value = getattr(part, field.name)
        text = settings.as_text(value)
        if value != field.default:  # the first setting is the one that says most: its name can be left out
            plain = position == 0 and text and "=" not in text
            written.append(text if plain else f"{field.name}={text}")
    return f"{name}:{','.join(written)}" if written else name


def to_json(part: object) -> dict[str, Any]:
    """Return `part` as JSON: kind, name, settings, and for a plugin the distribution and version it came from."""
    entry = entry_points.entry_of(type(part))
    return {"kind": entry.kind, "name": entry.name, "settings": settings.values(part), **entry.origin}


def from_json(written: Any, kinds: tuple[str, ...]) -> Any:
    """Return the part that `to_json` wrote.

    Raises `PluginError` where its plugin is missing, naming the distribution to install, and `SettingError` where the
    JSON is not of that form.
    """
    match written:
        case {"kind": str(kind), "name": str(name), "settings": dict(given)} if kind in kinds:
            part = entry_points.load_entry(entry_points.find_saved(kind, written))
            return settings.construct(part, name, given)
    raise SettingError(f"this does not describe a part of a network: {reprlib.repr(written)}")


def _arguments(part: type[Any], name: str, text: str) -> dict[str, str]:
    """Give positional values the names of the settings in their order."""
    names = [field.name for field in settings.fields(part)]
    given: dict[str, str] = {}
    for argument in filter(None, (piece.strip() for piece in text.split(","))):
        key, equals, value = (piece.strip() for piece in argument.partition("="))
        if not equals:
            free = [candidate for candidate in names if candidate not in given]
            if not free:
                raise SettingError(f"{name}: {argument!r} is one value too many; its settings: {settings.usage(part)}")
            key, value = free[0], argument
        if key in given:
            raise SettingError(f"{name}: {key} is given twice")
        given[key] = value
    return given
