"""The user's models: where they are, what they are called, and which one is used.

A name is that of a file in the data directory, without its suffix; "bundled" is the model that comes with the package.
The one that is used unless another is named is noted in the file `last`: the one trained last, or chosen by `hwr use`.
"""

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Callable
from pathlib import Path

from handwriting.errors import HandwritingError, ModelError
from handwriting.system.storage import replacing, try_writing

SUFFIX = ".safetensors"
BUNDLED = Path(__file__).parent / "bundled.safetensors"
"""The model that comes with the package, used until the user has trained one."""
BUNDLED_NAME = "bundled"
CHECKPOINT_SUFFIX = ".checkpoint"
"""What the name of a training's checkpoint has behind the name of its model."""


def new_path(data: Path, stem: str) -> Path:
    """Return an unused path in the data directory, such as models/mnist-20261123-231655-9f3a1c.safetensors.

    Its last part is random, since several trainings may start in the same second.
    """
    return _folder(data) / f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}{SUFFIX}"


def named_path(data: Path, name: str) -> Path:
    """Return the path of the model called `name` in the data directory."""
    return _folder(data) / f"{name.removesuffix(SUFFIX)}{SUFFIX}"


def use(data: Path, path: Path) -> None:
    """Let `path` be the model that is used from now on; raises `HandwritingError` if that can't be written."""
    noted = BUNDLED_NAME if path == BUNDLED else str(path.resolve())
    with replacing(_folder(data) / "last") as file:
        file.write(noted.encode("utf-8", "surrogateescape"))


def in_use(data: Path) -> Path:
    """Return the file of the model that was trained or chosen last, which may be gone; else the bundled one.

    Raises `ModelError` if the note of it can't be read.
    """
    try:
        noted = (_folder(data) / "last").read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return BUNDLED
    except OSError as error:
        raise ModelError(f"can't read {_folder(data) / 'last'}: {error.strerror}") from error
    return BUNDLED if noted == BUNDLED_NAME else Path(noted)


def choose(data: Path | None, named: str | None = None, notify: Callable[[str], None] = lambda text: None) -> Path:
    """Return the model file that `named` means: a name, or a path. Without it, the model in use.

    If that is gone, the newest one in the data directory takes its place, else the bundled one, and `notify` is called
    with a line that says so. `data` is None if there is no data directory.
    """
    if named:
        return _named(data, named)
    if data is None:
        return BUNDLED
    try:
        path = in_use(data)
        if os.path.isfile(path):
            return path
        cause = f"the model that was trained or chosen last, {path}, is gone"
    except ModelError as error:
        cause = str(error)
    path = next(iter(trained(data)), BUNDLED)
    notify(f"{cause}: {name_of(data, path)} is used instead (see `hwr models`)")
    return path


def trained(data: Path) -> list[Path]:
    """Return the model files in the data directory, the newest first."""
    dated = []
    for path in _folder(data).glob(f"[!.]*{SUFFIX}"):
        with contextlib.suppress(OSError):  # it may have been removed meanwhile
            if stat.S_ISREG((found := path.stat()).st_mode):
                dated.append((found.st_mtime_ns, path))
    return [path for _, path in sorted(dated, reverse=True)]


def names(data: Path | None) -> list[str]:
    """Return the names of all models, those in the data directory the newest first."""
    return [*(path.stem for path in (trained(data) if data else [])), BUNDLED_NAME]


def remove(path: Path) -> None:
    """Remove a model file and the checkpoint of its training; raises `HandwritingError` if that fails."""
    try:
        path.unlink()
        path.with_name(path.name + CHECKPOINT_SUFFIX).unlink(missing_ok=True)
    except OSError as error:
        raise HandwritingError(f"can't remove {path}: {error.strerror or error}") from error


def is_inside(data: Path, path: Path) -> bool:
    """Return whether a model file is one of those in the data directory."""
    return path.resolve().parent == _folder(data).resolve()


def name_of(data: Path | None, path: Path) -> str:
    """Return what a model file is called: its name if it has one, else its path."""
    if path == BUNDLED:
        return BUNDLED_NAME
    return path.stem if data and path.suffix == SUFFIX and is_inside(data, path) else str(path)


def check_path(path: Path, force: bool) -> None:
    """Find out before training whether its result can be saved at `path`; raises `HandwritingError` if not."""
    if os.path.isfile(path) and not force:
        raise HandwritingError(f"{path} exists: choose another name, or replace it with --force")
    try_writing(path)


def _named(data: Path | None, named: str) -> Path:
    if named == BUNDLED_NAME:
        return BUNDLED
    is_name = data is not None and Path(named).name == named and not os.path.exists(named)
    inside = named_path(data, named) if data and is_name else None
    return inside if inside and os.path.isfile(inside) else Path(named)


def _folder(data: Path) -> Path:
    return data / "models"
