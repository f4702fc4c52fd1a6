"""The page: a folder of files that any file host can serve, with the model in it.

    site/ of this package + the drawing pad of `hwr draw` + onnxruntime-web + the model -> one folder

The pad, the answer and the colours are copied from the installed `handwriting`, so that this page looks and draws as
that of `hwr draw` does. What that page asks of its server, this one computes in the browser.
"""

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import handwriting.web
from handwriting.errors import HandwritingError, ModelError
from handwriting.models.model_file import Model
from handwriting.pictures.preparation import SETTINGS
from handwriting.system.storage import write_error

OWN = Path(__file__).parent / "site"
DRAW = Path(handwriting.web.__file__).parent / "page"
FROM_DRAW = (
    "answer.js", "controls.js", "icon.svg", "pad.js", "paint.js", "paper.js", "reader.js", "style.css", "theme.js",
)  # fmt: skip
"""The files of the page of `hwr draw` that this page uses as they are."""


def check_model(model: Model) -> None:
    """Raise `ModelError` for a model whose pictures are prepared differently than the page does it."""
    if model.preparation != SETTINGS:
        raise ModelError(
            f"the page can't prepare pictures for this model, which was trained on other ones ({model.preparation}) "
            f"than this version prepares ({SETTINGS}); train it again"
        )


def check_folder(folder: Path, force: bool) -> None:
    """Find out before long work whether a page can be written to `folder`; raises `HandwritingError` if not.

    With `force`, the files of a page in it are replaced, and others are left alone.
    """
    try:
        if not force and folder.is_dir() and any(folder.iterdir()):
            raise HandwritingError(f"{folder} exists: choose another folder, or replace the page in it with --force")
        with _beside(folder):
            pass
    except OSError as error:
        raise write_error(folder, error) from error


def files(model: Model, onnx: bytes, runtime: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """Return the content of each file of the page; `name` is what the model is called there."""
    copied = [*OWN.iterdir(), *(DRAW / file for file in FROM_DRAW)]
    facts = {
        "name": name,
        "network": str(model.network),
        "classes": model.class_names,
        "accuracy": model.test_accuracy,
        "nonDigit": model.non_digit,
        "threshold": model.rejection_threshold,
    }
    return {
        **{path.name: path.read_bytes() for path in sorted(copied) if path.is_file()},
        **runtime,
        "model.onnx": onnx,
        "model.json": json.dumps(facts, indent=1).encode(),
    }


def write(contents: Mapping[str, bytes], folder: Path) -> None:
    """Write files into `folder`: all of them or, if one can't be written, none.

    They are written to a hidden folder beside it, which is then renamed, or whose files are moved into `folder` if
    that exists. Raises `HandwritingError` if that fails.
    """
    try:
        with _beside(folder) as part:
            for name, content in contents.items():
                _write(part / name, content)
            if folder.is_dir():
                for name in contents:
                    os.replace(part / name, folder / name)
            else:
                os.rename(part, folder)
    except OSError as error:
        raise write_error(folder, error) from error


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Create a hidden folder beside another one, which is removed in the end unless it was renamed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}.part")
    part.mkdir()
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
