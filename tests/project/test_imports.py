"""Imports point only upwards in the order of the subpackages, without cycles, and nothing heavy is imported early."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import handwriting
from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import ACTIVATION, ROOT, Site, run

PACKAGE = Path(handwriting.__file__).parent

ORDER = [
    "errors",
    "interfaces",
    "system",
    "registry",
    "nn",
    "testing",
    "pictures",
    "segmentation",
    "datasets",
    "models",
    "evaluation",
    "training",
    "reading",
    "authoring",
    "report",
    "web",
    "cli",
    "api",
    "__main__",
]
"""The subpackages and modules of `handwriting`; each imports only from those above it."""

RANK = {subpackage: rank for rank, subpackage in enumerate(ORDER)}
HEAVY = {"numpy", "scipy", "PIL", "rich", "requests", "safetensors", "filelock", "starlette", "uvicorn"}


def modules() -> Any:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> Any:
    return ".".join(("handwriting", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def subpackage(path: Path) -> Any:
    """Return the name of the subpackage that holds a module, or that of the module itself at the top level."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


NAMES = set(map(name_of, modules()))


def imports(path: Path) -> Iterator[Any]:
    """Return (line, module) for everything that a file imports, in functions, too, but not for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"  # `from handwriting import network` imports handwriting.network
                yield node.lineno, inner if inner in NAMES else node.module


def subpackages_imported(path: Path) -> Iterator[Any]:
    for line, name in imports(path):
        top, _, rest = name.partition(".")
        if top == "handwriting" and rest and rest != "__version__":
            yield line, rest.partition(".")[0]


def test_every_subpackage_is_in_the_order() -> None:
    assert {subpackage(path) for path in modules()} == RANK.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_up(path: Any) -> None:
    own = subpackage(path)
    for line, other in subpackages_imported(path):
        assert other == own or RANK[other] < RANK[own], f"{path}:{line}: {own} must not import {other}"


def test_only_the_command_line_knows_click_and_rich() -> None:
    for path in modules():
        if subpackage(path) != "cli":
            for line, name in imports(path):
                assert name.partition(".")[0] not in {"click", "rich"}, f"{path}:{line} imports {name}"


def test_there_are_no_import_cycles() -> None:
    """Not between the modules of a subpackage either."""
    graph = {name_of(path): {found for _, found in imports(path)} for path in modules()}
    while graph:
        ready = {name for name, needed in graph.items() if not needed & graph.keys()}
        assert ready, f"a cycle among {sorted(graph)}"
        graph = {name: needed for name, needed in graph.items() if name not in ready}


def loaded_by(code: Any, **environment: Any) -> Any:
    """Return the names of the modules that are loaded in a new process after `code`."""
    result = run(f"import sys\n{code}\nprint(*sys.modules)", **environment)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines()[-1].split())


def test_importing_the_package_is_free() -> None:
    assert loaded_by("import handwriting") & (HEAVY | {"click", "importlib.metadata"}) == set()


def test_the_recognizer_is_imported_at_its_first_use(tmp_path: Path) -> None:
    """It reads a picture with the bundled model if none was trained."""
    (tmp_path / "blank.pgm").write_bytes(b"P5 28 28 255 " + bytes(784))
    code = f"from handwriting import Recognizer\nprint(Recognizer().read({str(tmp_path / 'blank.pgm')!r}).text)"
    assert run(code, HWR_DATA_DIR=str(tmp_path)).stdout == "None\n"
    with pytest.raises(AttributeError, match="Recogniser"):
        handwriting.Recogniser  # noqa: B018  a misspelling


@pytest.mark.parametrize("arguments", [[], ["--help"], ["train", "--help"], ["predict", "--help"], ["--version"]])
def test_help_loads_neither_numpy_nor_any_plugin(tmp_path: Path, arguments: Any) -> None:
    site = Site(tmp_path / "site")
    source = ACTIVATION.format(name="Soft")
    site.install("soft", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": source})
    loaded = loaded_by(
        f"from handwriting.cli.main import hwr\ntry:\n    hwr({arguments!r})\nexcept SystemExit:\n    pass",
        PYTHONPATH=str(site.folder),
    )
    assert "handwriting.cli" in loaded
    assert loaded & (HEAVY | {"soft_plugin"}) == set()


def test_help_loads_no_slow_part_of_the_standard_library() -> None:
    loaded = loaded_by("from handwriting.cli.main import hwr\ntry:\n    hwr(['--help'])\nexcept SystemExit:\n    pass")
    assert loaded & {"json", "dataclasses", "importlib.metadata"} == set()


def test_predict_in_a_pipe_loads_neither_rich_nor_the_contract_tests(trained: Hwr, tmp_path: Path) -> None:
    picture = tmp_path / "one.pgm"
    picture.write_bytes(
        b"P5 28 28 255 " + bytes(255 if 5 < i // 28 < 23 and i % 28 in (13, 14) else 0 for i in range(784))
    )
    loaded = loaded_by(
        f"from handwriting.cli.main import hwr\ntry:\n    hwr(['predict', {str(picture)!r}])\n"
        "except SystemExit as end:\n    assert not end.code",
        HWR_DATA_DIR=str(trained.data),
    )
    assert "handwriting.reading.recognizer" in loaded
    assert loaded & {"rich", "handwriting.testing.layers"} == set()


def test_python_m_handwriting_is_hwr() -> None:
    result = run(
        "import runpy, sys; sys.argv = ['hwr', '--help']; runpy.run_module('handwriting', run_name='__main__')"
    )
    assert result.returncode == 0
    assert result.stdout.startswith("Usage: hwr ")
    assert result.stderr == ""


def test_the_package_under_test_is_the_one_in_this_folder() -> None:
    """Another installed copy would hide changes here."""
    assert PACKAGE.is_relative_to(ROOT) or "site-packages" in str(PACKAGE)
    assert sys.modules["handwriting"].__file__ == str(PACKAGE / "__init__.py")
