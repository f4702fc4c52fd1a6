"""The guide for plugin authors, plugins/README.md: every command in it is run, in a new environment."""

import difflib
import math
import os
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handwriting.authoring import uninstalled
from handwriting.datasets.strokes import Strokes
from handwriting.errors import ShapeError
from handwriting.interfaces import API_VERSION
from handwriting.registry.entry_points import GROUPS, KINDS, PLURALS
from handwriting.testing import check_layer
from handwriting.training.recipe import Recipe
from tests.helpers.hwr import Hwr
from tests.helpers.pip_environment import PLUGINS, Environment
from tests.helpers.plugin_factory import installed
from tests.helpers.resuming import states_of_resumed

GUIDE = (PLUGINS / "README.md").read_text("utf-8")
EXAMPLES = PLUGINS / "examples"
WAYS = re.findall(
    r"^\| `(--kind .*?)` \| \[.*?\]\(examples/(\w+)\.py\) \| (\d+) \| `hwr (.*?)` \|$", GUIDE, re.MULTILINE
)
"""The table of the author's way by kind: options of `hwr plugins new`, the example, lines written, and its use."""
BLOCKS = re.findall(r"^```(console|python)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def steps(block: Any) -> Iterator[Any]:
    """Yield the commands of a console block, each with the lines that it prints."""
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *lines = step.splitlines()
        yield command.split(), lines


def comparable(text: Any) -> Any:
    """Return a line without figures, paths and the width of columns, which differ from run to run."""
    text = re.sub(r"\S*\.safetensors", "MODEL", text)
    return re.sub(r"\d[\d.,e-]*", "N", re.sub(r" +", " ", text)).strip()


@pytest.fixture
def environment(tmp_path: Path, trained: Hwr, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    made = Environment(tmp_path / "venv", tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datasets").symlink_to(trained.data / "datasets")
    return made


def test_the_commands_print_what_the_guide_shows(environment: Any, tmp_path: Path) -> None:
    module = tmp_path / "handwriting-mish" / "handwriting_mish.py"
    for language, block in BLOCKS:
        if language == "python":
            before = module.read_text("utf-8").partition("class Mish")[0]
            module.write_text(before + block, "utf-8")
            continue
        for (program, *arguments), lines in steps(block):
            if program == "pip":
                offline = ("--no-deps", "--no-build-isolation", "--no-index") if arguments[0] == "install" else ()
                environment.pip(*arguments, *offline)
                continue
            done = subprocess.run([environment.python, "-m", "handwriting", *arguments], env=environment.variables,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
            assert done.returncode == any(line.startswith("hwr: ") for line in lines), done.stdout
            printed = {comparable(line) for line in done.stdout.splitlines()}
            for line in lines:
                assert comparable(line) in printed, done.stdout


@pytest.mark.parametrize(("kind", "module", "lines", "use"), WAYS, ids=[module for _, module, *_ in WAYS])
def test_each_example_is_written_checked_and_used(
    trained: Hwr, tmp_path: Path, drawn_strokes: Path, kind: str, module: str, lines: str, use: str
) -> None:
    name = module.replace("_", "-")
    project = tmp_path / f"handwriting-{name}"

    def hwr(*arguments: object) -> str:
        place = {"PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{project}"}
        return str(trained(*arguments, cwd=tmp_path, environment=place).stdout)

    write_digits(tmp_path, drawn_strokes)
    hwr("plugins", "new", name, *kind.split())
    file, text = project / f"handwriting_{module}.py", (EXAMPLES / f"{module}.py").read_text("utf-8")
    assert lines_written(file.read_text("utf-8"), text) == int(lines)
    file.write_text(text, "utf-8")
    settings = use.partition(f"{name}:")[2]
    checked = hwr("plugins", "check", f"{project}/:{settings}" if settings else project)
    assert re.search(r"\ball \d+ tests pass\n", checked)

    (tmp_path / "site").mkdir()
    uninstalled.read(project).write_metadata(tmp_path / "site")
    command, *others = use.split()
    if command != "train":
        assert sum(int(line.split()[1]) for line in hwr(command, *others).splitlines()) == 10
        return
    model = tmp_path / "m.safetensors"
    dataset = () if "--dataset" in others else ("--dataset", "strokes")
    assert "test accuracy" in hwr(command, *others, *dataset, "--epochs", 1, "--hidden", 16, "-o", model)
    assert "accuracy" in hwr("evaluate", "-m", model)


def write_digits(folder: Path, drawn_strokes: Path) -> None:
    """Write digits as a CSV file, and the pictures of ten of them."""
    digits = Strokes().load(drawn_strokes).train[:1000]
    rows = np.hstack([digits.labels[:, None], digits.images.reshape(-1, 784)])
    np.savetxt(folder / "digits.csv", rows, "%d", ",")
    (folder / "pictures").mkdir()
    for digit in range(10):
        image = digits.images[np.flatnonzero(digits.labels == digit)[0]]
        Image.fromarray(255 - image).save(folder / "pictures" / f"{digit}.png")


def lines_written(template: str, example: str) -> int:
    """Return how many lines of the example are not in the template."""
    compared = difflib.ndiff(template.splitlines(), example.splitlines())
    return sum(line.startswith("+ ") and line[2:].strip() != "" for line in compared)


def test_a_training_with_the_examples_is_resumed_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points: dict[str, dict[str, str]] = {}
    with installed(tmp_path, monkeypatch) as site:
        for _, module, *_ in WAYS:
            (entry,) = uninstalled.read(EXAMPLES / f"{module}.py").entries
            points.setdefault(PLURALS[entry.kind], {})[entry.name] = entry.value
            (site.folder / f"{module}.py").write_text((EXAMPLES / f"{module}.py").read_text("utf-8"), "utf-8")
        site.install("examples", points)
        layers = ("conv2d:4,stride=3", "squeeze-excite", "flatten")
        recipe = Recipe(layers=layers, hidden=(6,), activation="trained-swish", optimizer="lars", loss="focal",
                        schedule="trapezoid", initializer="orthogonal", augment="blots=0.2", epochs=2)  # fmt: skip
        assert any(name.endswith("0.velocity") for name in states_of_resumed(recipe))


def test_the_examples_are_short_and_one_of_each_kind() -> None:
    assert {module for _, module, *_ in WAYS} == {path.stem for path in EXAMPLES.glob("*.py")}
    assert {"activation", *(kind.split()[1] for kind, *_ in WAYS)} == set(KINDS)
    assert max(len(path.read_text("utf-8").splitlines()) for path in EXAMPLES.glob("*.py")) <= 35


def test_what_the_guide_calls_public_can_be_imported() -> None:
    section = GUIDE.partition("## What you may import")[2].partition("\n## ")[0]
    names = re.findall(r"`(handwriting(?:\.\w+)*)`", section)
    assert len(names) > 8
    for name in names:
        pkgutil.resolve_name(name)


def test_the_layer_with_another_inside_fulfils_the_contract() -> None:
    (source,) = re.findall(r"^```py\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    names = {
        name: value
        for module in (
            "collections.abc",
            "dataclasses",
            "typing",
            "handwriting.errors",
            "handwriting.interfaces",
            "handwriting.nn.layers.dense",
        )
        for name, value in vars(import_module(module)).items()
    }
    names["math"] = math
    exec(source, names)
    attention = names["PatchAttention"](channels=5, size=2)
    check_layer(attention, (4, 6, 3))
    with pytest.raises(ShapeError, match="multiples of 2"):
        attention.build((4, 5, 3))


def test_the_guide_tells_what_each_version_of_the_contract_changed() -> None:
    versions = re.findall(r"^\| (\d+) \| ", GUIDE, re.MULTILINE)
    assert versions == [str(version) for version in range(1, API_VERSION + 1)]


def test_the_guide_names_every_kind_and_its_group() -> None:
    for group, kind in GROUPS.items():
        assert f"| {kind} | `{group}` |" in GUIDE


def test_the_blocks_of_the_guide_are_found() -> None:
    assert [language for language, _ in BLOCKS] == ["console", "python", "console", "console"]
    assert sum(len(list(steps(block))) for language, block in BLOCKS if language == "console") == 7
