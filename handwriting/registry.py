"""Names -> classes, through the entry points of whatever is installed; the built-in parts come through the same door.

Finding reads metadata only. Nothing is imported but the one class that somebody asks for, and if that fails the
distribution that it came from is named. A broken plugin hurts nobody else.
"""

import contextlib
import difflib
import functools
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from handwriting.errors import PluginError, SettingError

KINDS = ("activation", "layer", "optimizer", "dataset")
OURS = "handwriting"


@dataclass(frozen=True, order=True)
class Entry:
    """One registered name: what it is, who brings it, and where its class stands ("module:Class")."""

    kind: str
    name: str
    distribution: str
    version: str
    value: str

    @property
    def built_in(self) -> bool:
        """Whether it comes with this package."""
        return self.distribution == OURS

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} from {self.distribution} {self.version}"


def entries(kind: str | None = None) -> list[Entry]:
    """Return every registered name (of one kind), sorted; reads metadata, imports nothing."""
    return [entry for entry in _scan() if kind in (None, entry.kind)]


def find(kinds: str | tuple[str, ...], name: str) -> Entry:
    """Return the entry for `name`, or for `distribution:name` where two distributions bring the same name.

    Of several kinds the first that has the name is taken; built-in names win over those of plugins.
    Raises `PluginError` where the name is unknown (with close matches) or ambiguous (naming both).
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    distribution, _, bare = name.rpartition(":")
    for kind in kinds:
        matches = [
            entry
            for entry in entries(kind)
            if entry.name == bare and canonical(distribution) in ("", canonical(entry.distribution))
        ]
        chosen = [entry for entry in matches if entry.built_in] or matches
        if len(chosen) > 1:
            choices = " or ".join(f"{entry.distribution}:{bare}" for entry in chosen)
            raise PluginError(f"{len(chosen)} distributions bring the {kind} {bare!r}; say which: {choices}")
        if chosen:
            return chosen[0]
    raise PluginError(_unknown(kinds, name))


def find_saved(kind: str, saved: Mapping[str, Any]) -> Entry:
    """Return the entry that a model file names: its name, and for a plugin's its distribution and version.

    Raises `PluginError`, which says what to install, where it is not there.
    """
    name, distribution = str(saved["name"]), saved.get("distribution")
    if distribution is None:
        return find(kind, name)
    brought_by = {canonical(entry.distribution) for entry in entries(kind) if entry.name == name}
    if canonical(str(distribution)) not in brought_by:
        package = f"{distribution}=={saved.get('version')}"
        raise PluginError(
            f"the {kind} {name!r} of {package} is needed, but not installed (or excluded by HWR_PLUGINS): pip install {package}"
        )
    return find(kind, f"{distribution}:{name}")


def load(kinds: str | tuple[str, ...], name: str) -> type[Any]:
    """Import and return the class registered as `name`.

    Raises `PluginError` where it is unknown, ambiguous or broken.
    """
    return load_entry(find(kinds, name))


def load_entry(entry: Entry) -> type[Any]:
    """Import and return the class of `entry`, once it is seen to fulfil its contract.

    Whatever the import prints goes to standard error, so that data on standard output stays clean.
    """
    point = metadata.EntryPoint(entry.name, entry.value, f"{OURS}.{entry.kind}s")
    try:
        with contextlib.redirect_stdout(sys.stderr):
            loaded = point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may also call sys.exit() at import
        cause = f"{type(error).__name__}: {error}".strip().rstrip(":").splitlines()[0]
        raise PluginError(f"{entry} can't be imported ({cause}); mend or uninstall that distribution") from error
    fault = _fault(entry.kind, loaded)
    if fault:
        raise PluginError(f"{entry} does not fulfil its contract: {entry.value} {fault}")
    _loaded[loaded] = entry
    return loaded


def entry_of(part: type[Any]) -> Entry:
    """Return the entry under which the class `part` is registered.

    Raises `SettingError` for a class that no distribution registers: a model with it could not be loaded again.
    """
    if part not in _loaded:
        place = f"{part.__module__}:{part.__qualname__}"
        for entry in entries():
            if entry.value == place:
                return entry
        raise SettingError(f"{place} has no name; register it as an entry point (see plugins/README.md)")
    return _loaded[part]


def canonical(distribution: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


_loaded: dict[type[Any], Entry] = {}


@functools.cache
def _scan() -> tuple[Entry, ...]:
    found = []
    for kind in KINDS:
        for point in metadata.entry_points(group=f"{OURS}.{kind}s"):
            if point.dist is not None and _allowed(point.dist.name):
                found.append(Entry(kind, point.name, point.dist.name, point.dist.version, point.value))
    return tuple(sorted(set(found)))


def _allowed(distribution: str) -> bool:
    """HWR_PLUGINS=none, or a comma-separated list of distributions, limits whose parts may be used."""
    chosen = os.environ.get("HWR_PLUGINS")
    if chosen is None or distribution == OURS:
        return True
    return canonical(distribution) in {canonical(name.strip()) for name in chosen.split(",")} - {"none"}


def _fault(kind: str, loaded: object) -> str | None:
    """Say how a class falls short of its contract, or None."""
    from handwriting import interfaces

    bases: dict[str, tuple[type[Any], ...]] = {
        "activation": (interfaces.Activation, interfaces.Layer),
        "layer": (interfaces.Layer,),
        "optimizer": (interfaces.Optimizer,),
        "dataset": (interfaces.Dataset,),
    }
    if not (isinstance(loaded, type) and issubclass(loaded, bases[kind])):
        return f"is no subclass of handwriting.interfaces.{bases[kind][0].__name__}"
    forgotten = sorted(getattr(loaded, "__abstractmethods__", ()))
    if forgotten:
        return f"lacks {' and '.join(forgotten)}"
    return None


def _unknown(kinds: tuple[str, ...], name: str) -> str:
    names = sorted({entry.name for kind in kinds for entry in entries(kind)})
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    return (
        f"there is no {' or '.join(kinds)} {name!r}; {hint}installed: {', '.join(names) or 'none'} (see `hwr plugins`)"
    )
