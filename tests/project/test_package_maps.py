"""Each package's docstring is its map: it lists every module and every folder in it."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import handwriting

PACKAGE = Path(handwriting.__file__).parent
PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))


def contents(package: Any) -> Any:
    """Return the names of the modules, and of the folders that hold any file, with a slash behind them."""
    modules = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    files = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return modules | {f"{path.relative_to(package).parts[0]}/" for path in files if path.parent != package}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(PACKAGE.parent).as_posix())
def test_the_docstring_lists_every_module_and_folder(package: Any) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    listed = set(re.findall(r"(?:^|(?<=\s))(?:\w+\.py\b|\w+/)", docstring))
    assert contents(package) - listed == set()
