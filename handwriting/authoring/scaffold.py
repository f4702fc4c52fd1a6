"""A new plugin as a complete distribution, written from templates/.

It installs, passes its own test and trains as it stands; its author changes the few lines that are marked. In the
templates $KIND is the kind of part, $GROUP its entry-point group, $NAME its registered name, $CLASS its class, or the
function of a command, $MODULE its module, $DISTRIBUTION the distribution, $USE a command that uses it, $API the version
of the contract, and $VERSION that of hwr.
"""

import keyword
import re
import secrets
import shutil
import string
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from handwriting import __version__, interfaces
from handwriting.errors import HandwritingError, SettingError
from handwriting.registry import entry_points
from handwriting.registry.suggestions import unknown
from handwriting.system.storage import write_error

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Scaffold:
    """A new plugin, whose names are all derived from one such as "soft-clip"."""

    kind: str
    name: str
    with_parameters: bool = False
    """Whether an activation has parameters that are trained, as a `Layer` has."""

    def __post_init__(self) -> None:
        if self.kind not in entry_points.KINDS:
            raise SettingError(unknown("kind", self.kind, entry_points.KINDS))
        if self.with_parameters and self.kind != "activation":
            raise SettingError("only an activation is written with or without parameters")
        if not NAME.fullmatch(self.name):
            raise SettingError(f"{self.name!r} can't be a name: use small letters, digits and hyphens, as in soft-clip")
        if any(entry.name == self.name and entry.built_in for entry in entry_points.entries(self.kind)):
            raise SettingError(f"{self.name!r} is the name of a built-in {self.kind}: choose another one")

    @property
    def distribution(self) -> str:
        """The name by which it is installed: handwriting-soft-clip."""
        return f"handwriting-{self.name}"

    @property
    def module(self) -> str:
        """The name by which it is imported: handwriting_soft_clip."""
        return self.distribution.replace("-", "_")

    @property
    def test(self) -> str:
        """The path of its test."""
        return f"tests/test_{self.module}.py"

    @property
    def class_name(self) -> str:
        """The name of the class: SoftClip; with the kind if that would be a keyword or the name of an interface.

        A command is a function: soft_clip.
        """
        if self.kind == "command":
            name = self.name.replace("-", "_")
            return f"{name}_command" if keyword.iskeyword(name) or name in ("click", "options") else name
        name = "".join(word.capitalize() for word in self.name.split("-"))
        taken = keyword.iskeyword(name) or hasattr(interfaces, name)
        return name + self.kind.capitalize() if taken else name

    def files(self) -> dict[str, str]:
        """Return the text of each file of the distribution by its path."""
        return {
            "pyproject.toml": self._filled("pyproject.toml"),
            f"{self.module}.py": self._filled(f"{self.kind}{'_with_parameters' if self.with_parameters else ''}.py"),
            self.test: self._filled(f"test_{'layer' if self.with_parameters else self.kind}.py"),
            "README.md": self._filled("README.md"),
        }

    def _filled(self, template: str) -> str:
        text = resources.files(__package__).joinpath("templates", f"{template}.txt").read_text("utf-8")
        return string.Template(text).substitute(
            KIND=self.kind,
            GROUP=f"{entry_points.BUILT_IN}.{entry_points.PLURALS[self.kind]}",
            NAME=self.name,
            CLASS=self.class_name,
            MODULE=self.module,
            DISTRIBUTION=self.distribution,
            USE=use(self.kind, self.name),
            API=interfaces.API_VERSION,
            VERSION=__version__,
        )


def use(kind: str, name: str) -> str:
    """Return a command line that uses a part of this kind, with its name or spec."""
    return {"command": f"hwr {name}", "augmentation": f"hwr train --augment {name}=0.5"}.get(
        kind, f"hwr train --{kind} {name}"
    )


def write(scaffold: Scaffold, parent: Path) -> Path:
    """Write the distribution into a new folder inside `parent` and return that folder.

    It gets its name when it is complete. Raises `HandwritingError` if the folder exists, since nothing is overwritten,
    or if it can't be written.
    """
    folder = parent / scaffold.distribution
    if folder.exists() or folder.is_symlink():
        raise HandwritingError(f"{folder} exists: choose another name, or another place with --into")
    unfinished = parent / f".{folder.name}.{secrets.token_hex(8)}.part"
    try:
        for path, text in scaffold.files().items():
            (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / path).write_bytes(text.encode("utf-8"))
        unfinished.rename(folder)
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder
