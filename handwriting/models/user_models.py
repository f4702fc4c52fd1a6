"""The user's models: where they are, which one was trained last, which one a name means."""

import contextlib
import os
import secrets
import stat
import time
from pathlib import Path

from handwriting.errors import HandwritingError, ModelError
from handwriting.system.storage import replacing, try_writing

SUFFIX = ".safetensors"
BUNDLED = Path(__file__).parent / "bundled.safetensors"
"""The model that comes with the package, used until the user has trained one."""


def new_path(data: Path, stem: str) -> Path:
    """Return an unused path in the data directory, such as models/mnist-20261123-231655-9f3a1c.safetensors.

    Its last part is random, since several trainings may start in the same second.
    """
    return _folder(data) / f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}{SUFFIX}"


def named_path(data: Path, name: str) -> Path:
    """Return the path of the model called `name` in the data directory."""
    return _folder(data) / f"{name.removesuffix(SUFFIX)}{SUFFIX}"


def remember(data: Path, path: Path) -> None:
    """Record that `path` is the model trained last; raises `HandwritingError` if that can't be written."""
    with replacing(_folder(data) / "last") as file:
        file.write(str(path.resolve()).encode("utf-8", "surrogateescape"))


def choose(data: Path, named: str | None = None) -> Path:
    """Return the model file that `named`, a path or a name in the data directory, means.

    Without a name that is the model trained last or, if none was trained, the bundled one. Raises `ModelError` if there
    is no such file.
    """
    if named == "bundled" and not os.path.exists(named):
        return BUNDLED
    if named:
        inside = named_path(data, named)
        is_name = Path(named).name == named and not os.path.exists(named)
        return inside if is_name and os.path.isfile(inside) else Path(named)
    try:
        last = Path((_folder(data) / "last").read_bytes().decode("utf-8", "surrogateescape"))
    except FileNotFoundError:
        if BUNDLED.is_file():
            return BUNDLED
        raise ModelError("no model has been trained yet: run `hwr train`, or name a file with --model") from None
    except OSError as error:
        raise ModelError(f"can't read {_folder(data) / 'last'}: {error.strerror}; name a file with --model") from error
    if not os.path.isfile(last):
        raise ModelError(f"the model trained last, {last}, is gone: run `hwr train`, or name a file with --model")
    return last


def trained(data: Path) -> list[Path]:
    """Return the model files in the data directory, the newest first."""
    dated = []
    for path in _folder(data).glob(f"[!.]*{SUFFIX}"):
        with contextlib.suppress(OSError):  # it may have been removed meanwhile
            if stat.S_ISREG((found := path.stat()).st_mode):
                dated.append((found.st_mtime_ns, path))
    return [path for _, path in sorted(dated, reverse=True)]


def check_path(path: Path, force: bool) -> None:
    """Find out before training whether its result can be saved at `path`; raises `HandwritingError` if not."""
    if os.path.isfile(path) and not force:
        raise HandwritingError(f"{path} exists: choose another name, or replace it with --force")
    try_writing(path)


def _folder(data: Path) -> Path:
    return data / "models"
