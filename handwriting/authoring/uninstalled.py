"""A plugin that is not installed, a file or the folder of a project, made visible as if it were.

my_layer.py, or pyproject.toml  ->  its parts  ->  the metadata of a distribution in a temporary folder
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from handwriting.errors import SettingError
from handwriting.registry import entry_points
from handwriting.registry.entry_points import BUILT_IN, GROUPS, PLURALS, Entry, canonical

PROJECT = "pyproject.toml"

VERSION = "0"
"""The version of a file, and of a project that computes its version when it is built."""
KIND_OF_BASE = {
    "Activation": "activation",
    "Layer": "layer",
    "Optimizer": "optimizer",
    "Loss": "loss",
    "Schedule": "schedule",
    "Initializer": "initializer",
    "Augmentation": "augmentation",
    "Dataset": "dataset",
    "Published": "dataset",
    "IdxDataset": "dataset",
}
"""The kind of a part by the class that it inherits."""
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
"""The name of a distribution."""


@dataclass(frozen=True)
class Uninstalled:
    """The parts of a plugin, and the folders that its modules are imported from."""

    entries: tuple[Entry, ...]
    folders: tuple[Path, ...]

    def write_metadata(self, site: Path) -> None:
        """Write into the folder `site` what pip would leave there."""
        first = self.entries[0]
        info = site / f"{canonical(first.distribution).replace('-', '_')}-{first.version}.dist-info"
        info.mkdir()
        about = f"Metadata-Version: 2.1\nName: {first.distribution}\nVersion: {first.version}\n"
        (info / "METADATA").write_text(about, "utf-8")
        points = [f"[handwriting.{PLURALS[entry.kind]}]\n{entry.name} = {entry.value}\n" for entry in self.entries]
        (info / "entry_points.txt").write_text("".join(points), "utf-8")


def find(text: str) -> tuple[Path, str] | None:
    """Return the path and the settings of PATH or PATH:SETTINGS; None if `text` begins with a registered name."""
    pieces = text.split(":")  # both the path and the settings may hold further colons
    divided = [(":".join(pieces[:count]), ":".join(pieces[count:])) for count in range(len(pieces), 0, -1)]
    for path, given in divided:
        if _is_path(path) and Path(path).exists():
            return Path(path), given
    path, given = divided[-1]
    return (Path(path), given) if _is_path(path) else None


def read(path: Path) -> Uninstalled:
    """Return the parts in a Python file or a project's folder, importing nothing; raises `SettingError` if none is."""
    try:
        if path.is_dir():
            return _read_project(path.resolve())
        return _read_file(path.resolve())
    except OSError as error:
        raise SettingError(f"{path} can't be read: {error.strerror}") from error
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:  # of broken TOML, Python or UTF-8
        raise SettingError(f"{path} can't be understood: {error}") from error


def _is_path(text: str) -> bool:
    """Whether the user means a file or a folder: nothing registered is written like that."""
    return (
        text.endswith((".py", "/", "\\"))
        or text in (".", "..")
        or any(sign in text for sign in "/\\")
        or ((Path(text) / PROJECT).is_file() and not any(entry.name == text for entry in entry_points.entries()))
    )


def _read_project(folder: Path) -> Uninstalled:
    """Return what the pyproject.toml of a folder registers."""
    if not (folder / PROJECT).is_file():
        raise SettingError(f"{folder} has no {PROJECT}: give a Python file, or the folder of a project")
    project = tomllib.loads((folder / PROJECT).read_text("utf-8")).get("project")
    project = project if isinstance(project, dict) else {}
    name, version = project.get("name"), project.get("version", VERSION)
    if not (isinstance(name, str) and NAME.fullmatch(name) and isinstance(version, str)):
        raise SettingError(f"{folder / PROJECT} has no `name` in [project] that a distribution can have")
    groups = project.get("entry-points")
    entries = tuple(
        Entry(GROUPS[group], part, name, version, str(value))
        for group, points in (groups.items() if isinstance(groups, dict) else ())
        if group in GROUPS and isinstance(points, dict)
        for part, value in points.items()
    )
    if not entries:
        raise SettingError(
            f"{folder / PROJECT} registers no part: it needs a section such as "
            '[project.entry-points."handwriting.layers"] with a line NAME = "MODULE:CLASS"'
        )
    return Uninstalled(entries, (folder / "src", folder) if (folder / "src").is_dir() else (folder,))


def _read_file(path: Path) -> Uninstalled:
    """Return the parts that a Python file defines, each named by its class or function: SoftClip becomes soft-clip."""
    if path.suffix != ".py" or not path.stem.isidentifier():
        raise SettingError(
            f"{path} can't be imported: the name of a module consists of letters, digits and _, as in a.py"
        )
    kinds = _kinds(ast.parse(path.read_bytes(), path.name))
    if not kinds:
        raise SettingError(f"{path} has no class that inherits {', '.join(KIND_OF_BASE)}, and no click.command")
    distribution = canonical(path.stem).strip("-")
    if distribution in ("", BUILT_IN):
        distribution = f"{distribution or 'a'}-file"
    entries = (
        Entry(kind, _hyphenated(name), distribution, VERSION, f"{path.stem}:{name}") for name, kind in kinds.items()
    )
    return Uninstalled(tuple(entries), (path.parent,))


def _kinds(module: ast.Module) -> dict[str, str]:
    """Return the kind of each part by the name of its class, or function if it is a command.

    Classes that others in the module inherit are left out, and what begins with an underscore.
    """
    kinds: dict[str, str] = {}
    inherited: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            bases = [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases]
            known = KIND_OF_BASE | kinds
            kind = next((known[base] for base in bases if base in known), None)
            inherited.update(bases)
            if kind:
                kinds[node.name] = "activation" if kind == "layer" and _serves_as_activation(node) else kind
        elif isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            kinds[node.name] = "command"
    return {name: kind for name, kind in kinds.items() if name not in inherited and not name.startswith("_")}


def _serves_as_activation(node: ast.ClassDef) -> bool:
    """Whether a layer says which `initialization` suits the layer before it, as an activation does."""
    assigned = [
        target
        for statement in node.body
        for target in getattr(statement, "targets", [getattr(statement, "target", None)])
    ]
    return any(isinstance(target, ast.Name) and target.id == "initialization" for target in assigned)


def _makes_command(decorator: ast.expr) -> bool:
    """Whether a decorator is `click.command` or `click.group`, called or not."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(function, ast.Attribute) and ast.unparse(function) in ("click.command", "click.group")


def _hyphenated(name: str) -> str:
    """Return the name of a class as users write that of a part."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", "-", name).lower()
