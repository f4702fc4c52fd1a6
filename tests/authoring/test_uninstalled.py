"""What a file or a project's folder would register if it were installed."""

from pathlib import Path
from typing import Any

import pytest

from handwriting.authoring import uninstalled
from handwriting.errors import SettingError
from tests.helpers.plugin_factory import ACTIVATION, LAYER


def test_a_file_registers_its_classes_by_their_names(tmp_path: Path) -> None:
    source = (
        LAYER.format(name="Base") + ACTIVATION.format(name="SoftClip") + "class GeLU2(Base): pass\nclass Other: pass\n"
    )
    path = tmp_path / "my_parts.py"
    path.write_text(source)
    found = uninstalled.read(path)
    assert [(e.kind, e.name, e.distribution, e.value) for e in found.entries] == [
        ("activation", "soft-clip", "my-parts", "my_parts:SoftClip"),
        ("layer", "ge-lu2", "my-parts", "my_parts:GeLU2"),
    ]
    assert found.folders == (tmp_path,)


def test_a_file_registers_commands_and_activations_with_parameters(tmp_path: Path) -> None:
    path = tmp_path / "my_parts.py"
    path.write_text(
        LAYER.format(name="Slope") + "    initialization: str = 'he'\n"
        "import click\n@click.command()\n@click.option('--times')\ndef say_hello(times): 'Hello.'\ndef helper(): pass\n"
    )
    entries = uninstalled.read(path).entries
    assert [(e.kind, e.name) for e in entries] == [("activation", "slope"), ("command", "say-hello")]


def test_a_project_registers_what_its_pyproject_names(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "Soft.Things"\nversion = "1.2"\n'
        '[project.entry-points."handwriting.layers"]\nsoft = "soft:Soft"\n[project.entry-points.others]\na = "b:c"\n'
    )
    found = uninstalled.read(tmp_path)
    (entry,) = found.entries
    assert str(entry) == "layer 'soft' from Soft.Things 1.2"
    assert found.folders == (tmp_path / "src", tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.py", None, "can't be read: No such file"),
        ("a.py", "def odd(:", "can't be understood"),
        ("a.py", "x = 1", "no class that inherits Activation, Layer"),
        ("a-b.py", "", "can't be imported: the name of a module"),
        ("a.txt", "", "can't be imported"),
        ("pyproject.toml", "[project", "can't be understood"),
        ("pyproject.toml", "", "no `name` in"),
        ("pyproject.toml", "[project]\nname = '../odd'", "no `name` in"),
        ("pyproject.toml", "project = 3", "no `name` in"),
        ("pyproject.toml", "[project]\nname = 'odd'\nentry-points = 3", "registers no part"),
        ("pyproject.toml", "[project]\nname = 'odd'", 'a section such as [project.entry-points."handwriting.layers"]'),
        ("setup.py", "", "has no class"),
    ],
)
def test_what_is_no_plugin_is_refused(tmp_path: Path, name: str, content: Any, words: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingError) as error:
        uninstalled.read(tmp_path if name == "pyproject.toml" else path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_path_is_told_from_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()  # of a folder in which one works
    (tmp_path / "a.py").touch()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    assert uninstalled.find("relu") is uninstalled.find("some-things:odd:path=a/b.py") is None
    assert uninstalled.find("a.py:0.5,x=2") == (Path("a.py"), "0.5,x=2")
    for settings in ("path=a/b.csv", "C:/a.csv", "./other.py", "a.py:0.5"):
        assert uninstalled.find(f"a.py:{settings}") == (Path("a.py"), settings)
        assert uninstalled.find(f"./none.py:{settings}") == (Path("none.py"), settings)
    assert uninstalled.find("./none.py") == (Path("none.py"), "")
    assert uninstalled.find("project") == (Path("project"), "")
