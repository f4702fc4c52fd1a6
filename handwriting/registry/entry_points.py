"""Registered names: the entry points of all installed distributions. The built-in parts are found in the same way.

Only metadata is read, and nothing is imported, so a broken plugin affects nobody who does not use it.
"""

import contextlib
import functools
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from handwriting.errors import PluginError, SettingError
from handwriting.registry.suggestions import unknown

KINDS = ("activation", "layer", "optimizer", "dataset", "augmentation", "command")
BUILT_IN = "handwriting"
"""The distribution of the built-in parts."""
GROUPS = {f"{BUILT_IN}.{kind}s": kind for kind in KINDS}
"""The kind of part in each entry-point group."""
PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!-]*")
"""What a message may show after "pip install": names and versions come from untrusted model files."""


@dataclass(frozen=True, order=True)
class Entry:
    """A registered part: its kind, its name, the distribution that registers it, and its class ("module:Class")."""

    kind: str
    name: str
    distribution: str
    version: str
    value: str

    @property
    def built_in(self) -> bool:
        """Whether it comes with this package."""
        return self.distribution == BUILT_IN

    @property
    def origin(self) -> dict[str, str]:
        """What a model file records so that `find_saved` can say what to install; empty for a built-in part."""
        return {} if self.built_in else {"distribution": self.distribution, "version": self.version}

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} from {self.distribution} {self.version}"


def entries(kind: str | None = None) -> list[Entry]:
    """Return all registered parts, or those of one kind, sorted."""
    return [entry for entry in _scan() if kind in (None, entry.kind)]


def find(kinds: str | tuple[str, ...], name: str) -> Entry:
    """Return the entry called `name`, or `distribution:name` if several distributions register that name.

    Built-in parts take precedence over plugins, then the kinds in their order. Raises `SettingError` if the name is
    unknown (with close matches) or ambiguous (with the choices).
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    distribution, _, bare = name.rpartition(":")
    matches = [
        entry
        for kind in kinds
        for entry in entries(kind)
        if entry.name == bare and canonical(distribution) in ("", canonical(entry.distribution))
    ]
    chosen = [entry for entry in matches if entry.built_in] or [e for e in matches if e.kind == matches[0].kind]
    if len(chosen) > 1:
        choices = " or ".join(f"{entry.distribution}:{bare}" for entry in chosen)
        raise SettingError(f"{len(chosen)} distributions provide the {chosen[0].kind} {bare!r}; say which: {choices}")
    if not chosen:
        raise SettingError(_unknown(kinds, name))
    return chosen[0]


def find_saved(kind: str, saved: Mapping[str, Any]) -> Entry:
    """Return the entry that a model file names, by its name and, for a plugin's part, distribution and version.

    Raises `PluginError`, which says what to install, if it is missing.
    """
    name = str(saved["name"])
    if saved.get("distribution") is None:
        try:
            return find(kind, name)
        except SettingError as error:
            raise PluginError(str(error)) from error
    distribution = str(saved["distribution"])
    package = f"{distribution}=={saved.get('version')}"
    if not PACKAGE.fullmatch(package):
        raise PluginError(f"the {kind} {name!r} is said to come from {package[:80]!r}, which is not a package")
    if canonical(distribution) not in providers((kind,), name):
        raise PluginError(
            f"the {kind} {name!r} of {package} is needed, but not installed{_excluded()}: pip install {package}"
        )
    return find(kind, f"{distribution}:{name}")


def version_notes(parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return a line for each distribution whose installed version differs from the one that a model was trained with.

    `parts` are as a model file names them, and all of them are installed.
    """
    installed = {canonical(entry.distribution): entry for entry in entries()}
    notes = {}
    for saved in parts:
        entry = installed.get(canonical(str(saved.get("distribution") or "")))
        if entry and not entry.built_in and entry.version != saved["version"]:
            trained_with = f"{entry.distribution} {saved['version']}"
            notes[entry.distribution] = f"note: the model was trained with {trained_with}, {entry.version} is installed"
    return tuple(notes.values())


def providers(kinds: tuple[str, ...], name: str) -> set[str]:
    """Return the canonical names of the distributions that register `name`."""
    return {canonical(entry.distribution) for kind in kinds for entry in entries(kind) if entry.name == name}


def name_of(entry: Entry) -> str:
    """Return the name by which `find` finds `entry`: with its distribution only if others register the name, too."""
    unique = entry.built_in or len(providers(KINDS, entry.name)) == 1
    return entry.name if unique else f"{entry.distribution}:{entry.name}"


def canonical(distribution: str) -> str:
    """Return the name of a distribution as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@functools.cache
def _scan() -> tuple[Entry, ...]:
    found: dict[str, list[Entry]] = {}
    for distribution in metadata.distributions():
        registered = list(_registered_by(distribution))
        if registered:  # if a distribution is on the path twice, the first is taken, as Python does
            found.setdefault(canonical(registered[0].distribution), registered)
    return tuple(sorted({entry for registered in found.values() for entry in registered if _is_allowed(entry)}))


def _registered_by(distribution: metadata.Distribution) -> Iterator[Entry]:
    """Yield what a distribution registers; nothing if its metadata is damaged, as by an interrupted uninstallation."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        points = [point for point in distribution.entry_points if point.group in GROUPS]
        if points and "Name" in (about := distribution.metadata):  # parsed at every access, which is slow
            version = about["Version"] if "Version" in about else "?"  # noqa: SIM401  `get` is typed from Python 3.12 on
            for point in points:
                yield Entry(GROUPS[point.group], point.name, about["Name"], version, point.value)


def _is_allowed(entry: Entry) -> bool:
    """Whether HWR_PLUGINS ("none", or distributions separated by commas) allows the use of a part."""
    chosen = os.environ.get("HWR_PLUGINS")
    if chosen is None or entry.built_in:
        return True
    return canonical(entry.distribution) in {canonical(name.strip()) for name in chosen.split(",")} - {"none"}


def _unknown(kinds: tuple[str, ...], name: str) -> str:
    names = sorted({entry.name for kind in kinds for entry in entries(kind)})
    return f"{unknown(' or '.join(kinds), name, names, 'installed')} (see `hwr plugins`){_excluded()}"


def _excluded() -> str:
    chosen = os.environ.get("HWR_PLUGINS")
    return "" if chosen is None else f" (HWR_PLUGINS={chosen} excludes other plugins)"
