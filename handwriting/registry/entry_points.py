"""Registered names: the entry points of all installed distributions. The built-in parts are found in the same way.

Only metadata is read, and nothing is imported, so a broken plugin affects nobody who does not use it.
"""

import functools
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from handwriting import __version__
from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.registry.installed import Distribution, distributions
from handwriting.registry.suggestions import unknown

PLURALS = {
    "activation": "activations", "layer": "layers", "optimizer": "optimizers", "loss": "losses",
    "schedule": "schedules", "initializer": "initializers", "dataset": "datasets", "augmentation": "augmentations",
    "command": "commands",
}  # fmt: skip
"""The plural of each kind of part."""
KINDS = tuple(PLURALS)
BUILT_IN = "handwriting"
"""The distribution of the built-in parts."""
GROUPS = {f"{BUILT_IN}.{plural}": kind for kind, plural in PLURALS.items()}
"""The kind of part in each entry-point group."""
PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!-]*")
"""What a message may show after "pip install": names and versions come from untrusted model files."""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""A name of a part that can be typed: it ends at a colon in a spec, and at "+" and "*" in a mixture."""
VALUE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\s*:\s*[^\W\d]\w*(\.[^\W\d]\w*)*\s*(\[.*\])?")
"""Where a class is: "package.module:Class", which may be followed by extras in brackets."""
UNREADABLE = "part"
"""The kind of whatever is registered by a distribution whose entry points can't be read."""
UNKNOWN = "?"
"""A name or version that the metadata does not tell."""


class Entry(NamedTuple):
    """A registered part: its kind, its name, the distribution that registers it, and its class ("module:Class")."""

    kind: str
    name: str
    distribution: str
    version: str
    value: str

    @property
    def built_in(self) -> bool:
        """Whether it comes with this package, and is no class of another distribution with the same name."""
        return self.distribution == BUILT_IN and self.value.startswith(f"{BUILT_IN}.")

    @property
    def defect(self) -> str:
        """Why the part can't be used, as far as metadata tells, and what to do about it; "" if it can be used."""
        if self.built_in:
            return ""
        if canonical(self.distribution) == BUILT_IN:
            return f"it comes from another distribution called {BUILT_IN}, which must be uninstalled"
        if self.kind == UNREADABLE:
            return "the list of what it registers is damaged: install or uninstall it again"
        if not PACKAGE.fullmatch(f"{self.distribution}=={self.version}"):
            return "its metadata lacks a name and version that pip knows: install or uninstall it again"
        if not NAME.fullmatch(self.name):
            return f"{self.name!r} can't be typed: its author must choose a name of letters, digits, - and _"
        if not VALUE.fullmatch(self.value):
            return f"{self.value!r} does not have the form module:Class: its author must correct the entry point"
        return ""

    @property
    def origin(self) -> dict[str, str]:
        """What a model file records so that `find_saved` can say what to install; empty for a built-in part."""
        return {} if self.built_in else {"distribution": self.distribution, "version": self.version}

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} from {self.distribution} {self.version}"


def entries(kind: str | None = None) -> list[Entry]:
    """Return all registered parts, or those of one kind, sorted; some of them may have a `defect`."""
    return [entry for (found, _), named in _scan().items() if kind in (None, found) for entry in named]


def usable(kind: str) -> list[Entry]:
    """Return the `entries` of a kind without a defect."""
    return [entry for entry in entries(kind) if not entry.defect]


def usable_as(kind: str, name: str) -> list[Entry]:
    """Return the parts of a kind that are called `name`, without a defect."""
    return [entry for entry in _scan().get((kind, name), ()) if not entry.defect]


def find(kinds: str | tuple[str, ...], name: str) -> Entry:
    """Return the entry called `name`, or `distribution:name` if several distributions register that name.

    Built-in parts take precedence over plugins, then the kinds in their order. Raises `SettingError` if the name is
    unknown (with close matches) or ambiguous (with the choices), and `PluginError` if its only entry has a defect.
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    distribution, _, bare = name.rpartition(":")
    matches = [
        entry
        for kind in kinds
        for entry in (*_scan().get((kind, bare), ()), *(_scan().get((kind, name), ()) if distribution else ()))
        if canonical(distribution) in ("", canonical(entry.distribution)) or entry.name == name
    ]
    whole = [entry for entry in matches if not entry.defect]
    chosen = [entry for entry in whole if entry.built_in] or [e for e in whole if e.kind == whole[0].kind]
    if len(chosen) > 1:
        raise _ambiguous(chosen)
    if matches and not chosen:
        raise PluginError(f"{matches[0]} can't be used: {matches[0].defect}")
    if not chosen:
        raise SettingError(_unknown(kinds, name))
    return chosen[0]


def chosen_kinds(kind: str | None) -> tuple[str, ...]:
    """Return the kinds among which a name is looked for: one, or all; raises `SettingError` for an unknown one."""
    if kind is not None and kind not in KINDS:
        raise SettingError(unknown("kind", kind, KINDS))
    return KINDS if kind is None else (kind,)


def registers(kind: str, name: str) -> bool:
    """Return whether there is a usable part of this kind called `name`, or DISTRIBUTION:NAME."""
    distribution, _, bare = name.rpartition(":")
    found = providers((kind,), bare)
    return canonical(distribution) in found if distribution else bool(found)


def of_distribution(name: str) -> list[Entry]:
    """Return what a distribution registers, sorted; nothing if it is not installed or registers nothing."""
    return [entry for entry in entries() if canonical(entry.distribution) == canonical(name)]


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


def version_notes(parts: Iterable[Mapping[str, Any]], trained: str = "the model was trained") -> tuple[str, ...]:
    """Return a line for each distribution whose installed version differs from the one that a model was trained with.

    `parts` are as a model file names them, and all of them are installed. `trained` says what was done with them.
    """
    installed = {canonical(entry.distribution): entry for entry in entries()}
    notes = {}
    for saved in parts:
        entry = installed.get(canonical(str(saved.get("distribution") or "")))
        if entry and not entry.built_in and entry.version != saved["version"]:
            before, now = f"{entry.distribution} {saved['version']}", entry.version
            notes[entry.distribution] = f"note: {trained} with {before}, {now} is installed"
    return tuple(notes.values())


def providers(kinds: tuple[str, ...], name: str) -> set[str]:
    """Return the canonical names of the distributions that register `name`."""
    return {canonical(entry.distribution) for kind in kinds for entry in usable_as(kind, name)}


def name_of(entry: Entry) -> str:
    """Return the name by which `find` finds `entry`: with its distribution only if others register the name, too."""
    unique = entry.built_in or len(providers(KINDS, entry.name)) == 1
    return entry.name if unique else f"{entry.distribution}:{entry.name}"


def canonical(distribution: str) -> str:
    """Return the name of a distribution as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@functools.cache
def _scan() -> dict[tuple[str, str], list[Entry]]:
    """Return all entries, sorted, by their kinds and names.

    If a distribution is on the path twice, the first is taken, as Python does.

    The built-in parts are looked for in every distribution with the name of this package, since another one may be
    called the same; that with the version of this package comes first.
    """
    own: list[Entry] = []
    plugins: dict[str, list[Entry]] = {}
    for distribution in distributions():
        registered = _registered_by(distribution)
        own += (entry for entry in registered if entry.built_in)
        if others := [entry for entry in registered if not entry.built_in]:
            plugins.setdefault(canonical(others[0].distribution), others)
    own.sort(key=lambda entry: entry.version != __version__)
    built_in = {(entry.kind, entry.name): entry._replace(version=__version__) for entry in reversed(own)}
    allowed = {entry for others in plugins.values() for entry in others if _is_allowed(entry)}
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted({*built_in.values(), *allowed}):
        found.setdefault((entry.kind, entry.name), []).append(entry)
    return found


def _registered_by(distribution: Distribution) -> list[Entry]:
    """Return what a distribution registers. Damaged metadata gives entries with a `defect`."""
    if not distribution.mentions(f"[{BUILT_IN}."):
        return []
    try:
        points = [(GROUPS[group], name, value) for group, name, value in distribution.entry_points() if group in GROUPS]
    except ValueError:
        points = [(UNREADABLE, UNKNOWN, "")]
    name, version = distribution.name_and_version() if points else ("", "")
    if not name:
        name, version = distribution.folder.partition("-")[0], ""
    return [Entry(kind, point, name, version or UNKNOWN, value) for kind, point, value in points]


def _is_allowed(entry: Entry) -> bool:
    """Whether HWR_PLUGINS ("none", or distributions separated by commas) allows the use of a part."""
    chosen = os.environ.get("HWR_PLUGINS")
    if chosen is None or entry.built_in:
        return True
    return canonical(entry.distribution) in {canonical(name.strip()) for name in chosen.split(",")} - {"none"}


def _ambiguous(chosen: Sequence[Entry]) -> HandwritingError:
    """Return the error that several entries of one kind have the same name."""
    kind, name = chosen[0].kind, chosen[0].name
    distributions = sorted({entry.distribution for entry in chosen})
    if len(distributions) == 1:
        origin, values = f"{chosen[0].distribution} {chosen[0].version}", " and ".join(e.value for e in chosen)
        return PluginError(
            f"{origin} registers the {kind} {name!r} twice, as {values}: its author must rename one; uninstall it"
        )
    choices = " or ".join(f"{distribution}:{name}" for distribution in distributions)
    return SettingError(f"{len(distributions)} distributions provide the {kind} {name!r}; say which: {choices}")


def _unknown(kinds: tuple[str, ...], name: str) -> str:
    names = sorted({entry.name for kind in kinds for entry in usable(kind)})
    return f"{unknown(' or '.join(kinds), name, names, 'installed')} (see `hwr plugins`){_excluded()}"


def _excluded() -> str:
    chosen = os.environ.get("HWR_PLUGINS")
    return "" if chosen is None else f" (HWR_PLUGINS={chosen} excludes other plugins)"
