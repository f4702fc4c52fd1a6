"""Loading a part: broken plugins are named, and nothing else is affected."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from handwriting import interfaces
from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.registry import entry_points, loading
from tests.helpers.plugin_factory import ACTIVATION, LAYER, ROOT, Site, installed, run
from tests.registry.conftest import one_line


def test_every_part_of_pyproject_is_found_and_loads() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    for group, points in declared.items():
        kind = entry_points.GROUPS[group]
        for name, value in points.items():
            part = loading.load(kind, name)
            if kind == "command":
                assert part.name == name
                continue
            assert f"{part.__module__}:{part.__qualname__}" == value
            assert loading.entry_of(part).name == name
            assert loading.entry_of(part).built_in


@pytest.mark.parametrize(
    "name", ["", ":", "relu:", "os:system", "handwriting.activations:Relu", "a:b:c", "relu\n", "é"]
)
def test_a_name_that_is_not_registered_is_refused(name: str) -> None:
    with pytest.raises(SettingError) as error:
        loading.load("activation", name)
    one_line(error)


def test_a_layer_may_serve_as_an_activation(site: Site) -> None:
    site.install("trained", {"activations": {"trained": "trained:Trained"}}, {"trained": LAYER.format(name="Trained")})
    assert issubclass(loading.load("activation", "trained"), interfaces.Layer)


def test_an_activation_does_not_serve_as_a_layer(site: Site) -> None:
    site.install("flat", {"layers": {"flat": "flat:Flat"}}, {"flat": ACTIVATION.format(name="Flat")})
    with pytest.raises(PluginError, match=r"flat 1\.0 does not fulfil its contract.*Layer"):
        loading.load("layer", "flat")


def test_a_class_that_is_not_registered_is_refused() -> None:
    class Unregistered(interfaces.Activation):
        def forward(self, z: Any) -> Any:
            return z

        def backward(self, gradient: Any, z: Any, a: Any) -> Any:
            return gradient

    with pytest.raises(HandwritingError, match="Unregistered is not registered; register it"):
        loading.entry_of(Unregistered)


def test_the_entry_of_a_class_that_was_not_loaded_by_name_is_found() -> None:
    result = run(
        "from handwriting.registry import loading\n"
        "from handwriting.nn.activations import Tanh\n"
        "print(loading.entry_of(Tanh).name)"
    )
    assert result.stdout == "tanh\n"


# Broken plugins: the error names the plugin, and nothing else is affected

WHOLE = ACTIVATION.format(name="Part")
HOSTILE = {
    "no module": ("hostile:Part", None, "hostile"),
    "no attribute": ("hostile:Nope", WHOLE, "Nope"),
    "import error": ("hostile:Part", "import not_installed_anywhere", "not_installed_anywhere"),
    "syntax error": ("hostile:Part", "def (:", "SyntaxError"),
    "exit": ("hostile:Part", "import sys; sys.exit(0)", "SystemExit"),
    "hard error": ("hostile:Part", "raise BaseException", "BaseException"),
    "many lines": ("hostile:Part", "raise RuntimeError('first\\nsecond')", "first"),
    "only line ends": ("hostile:Part", "raise RuntimeError('\\n\\n')", "RuntimeError"),
    "error without text": ("hostile:Part", "raise RuntimeError", "(RuntimeError)"),
    "wrong base": ("hostile:Part", "class Part: pass", "no subclass of handwriting.interfaces.Activation"),
    "no class": ("hostile:Part", "Part = 5", "no subclass"),
    "an instance": ("hostile:part", WHOLE + "\npart = Part()", "no subclass"),
    "a module": ("hostile", WHOLE, "'hostile' does not have the form module:Class"),
    "forgotten method": ("hostile:Part", WHOLE.replace("def backward", "def backwards"), "lacks backward"),
    "forgotten methods": (
        "hostile:Part",
        "from handwriting.interfaces import Activation\nclass Part(Activation): pass",
        "lacks backward and forward",
    ),
    "newer interface": ("hostile:Part", WHOLE + "\n    api_version = 99", "newer hwr (API 99, here 2): upgrade hand"),
    "older interface": (
        "hostile:Part",
        WHOLE + "\n    api_version = 0",
        "too old for this hwr (API 0, here 1 or",
    ),
    "odd interface": (
        "hostile:Part",
        WHOLE + "\n    api_version = 'new'",
        "api_version 'new': it must be a number",
    ),
    "no colon": ("hostile Part", WHOLE, "'hostile Part' does not have the form module:Class"),
    "spaces": ("hos tile : Part one", WHOLE, "hos tile"),
    "colons": ("::", WHOLE, "::"),
    "nothing": ("", WHOLE, ""),
    "extras": ("hostile:Part [", WHOLE, "hostile:Part ["),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_broken_plugin_is_named_in_one_line_and_affects_nothing_else(
    site: Site, case: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    value, source, cause = HOSTILE[case]
    site.install("bad-plugin", {"activations": {"bad": value}}, {"hostile": source} if source else {}, version="6.6")
    assert "bad" in {entry.name for entry in entry_points.entries("activation")}
    assert loading.load("activation", "relu")
    with pytest.raises(PluginError) as error:
        loading.load("activation", "bad")
    text = one_line(error)
    assert "bad-plugin 6.6" in text
    assert cause in text
    assert capfd.readouterr().out == ""


def test_extras_after_the_class_are_allowed(site: Site) -> None:
    site.install("extra", {"activations": {"extra": "extra:Part [fast]"}}, {"extra": WHOLE})
    assert loading.load("activation", "extra").__name__ == "Part"


def test_an_import_can_be_interrupted(site: Site) -> None:
    site.install("slow", {"layers": {"slow": "slow_plugin:Slow"}}, {"slow_plugin": "raise KeyboardInterrupt"})
    with pytest.raises(KeyboardInterrupt):
        loading.load("layer", "slow")


def test_output_of_an_import_does_not_go_to_standard_output(site: Site) -> None:
    site.install("loud", {"activations": {"loud": "loud:Part"}}, {"loud": f"print('hello')\n{WHOLE}"})
    result = site.run("from handwriting.registry import loading; print(loading.load('activation', 'loud').__name__)")
    assert (result.stdout, result.stderr) == ("Part\n", "hello\n")


SEVERAL_THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from handwriting.registry import loading

out, names = sys.stdout, ["relu", "tanh", "loud0", "loud1", "loud2", "loud3"] * 20
with ThreadPoolExecutor(8) as pool:
    classes = list(pool.map(lambda name: loading.load("activation", name), names))
print(len(set(classes)), sys.stdout is out)
"""


def test_several_threads_load_at_once_and_leave_standard_output_as_it_was(site: Site) -> None:
    noise = "import time\nprint('hello')\ntime.sleep(0.05)\n"
    points = {f"loud{n}": f"loud{n}:Part" for n in range(4)}
    site.install("loud", {"activations": points}, {f"loud{n}": noise + WHOLE for n in range(4)})
    result = site.run(SEVERAL_THREADS)
    assert (result.stdout, result.stderr) == ("6 True\n", "hello\n" * 4)


DAMAGED: dict[str, Any] = {
    "leftover without METADATA": {"points": {"layers": {"left": "left:Left"}}, "metadata": None},
    "METADATA without name": {"points": {"layers": {"left": "left:Left"}}, "metadata": "Metadata-Version: 2.1\n"},
    "METADATA in no encoding": {"points": {"layers": {"left": "left:Left"}}, "metadata": b"Name: \xff\xfe\n"},
    "no version": {"points": {"layers": {"left": "left:Left"}}, "version": None},
    "entry points without =": {"points": "[handwriting.layers]\nthis is no entry point\n"},
    "entry points without a group": {"points": "left = left:Left\n"},
    "entry points with an open bracket": {"points": "[handwriting.layers\nleft = left:Left\n"},
    "empty": {"points": ""},
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_installation_affects_nothing_else(site: Site, case: Any) -> None:
    site.install("damaged", **DAMAGED[case])
    site.install("good", {"layers": {"good": "good:Good"}}, {"good": LAYER.format(name="Good")})
    assert loading.load("layer", "good").__name__ == "Good"
    assert loading.load("activation", "relu")
    with pytest.raises((PluginError, SettingError)) as error:
        loading.load("layer", "left")
    one_line(error)


def test_entry_points_that_can_not_be_decoded_affect_nothing_else(site: Site) -> None:
    info = site.install("damaged", "")
    (info / "entry_points.txt").write_bytes(b"[handwriting.layers]\n\xff = \xfe\n")
    site.refresh()
    assert loading.load("activation", "relu")


def test_all_broken_plugins_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The listing shows them, the built-in parts work, and nothing is printed."""
    with installed(tmp_path, monkeypatch) as site:
        for number, (value, source, _) in enumerate(HOSTILE.values()):
            modules = {f"hostile{number}": source} if source else {}
            site.install(f"bad-{number}", {"activations": {f"bad-{number}": value}}, modules)
        for number, damage in enumerate(DAMAGED.values()):
            site.install(f"damaged-{number}", **damage)
        result = site.run(
            "from handwriting.registry import entry_points, specs\n"
            "bad = [entry for entry in entry_points.entries() if entry.name.startswith('bad-')]\n"
            "print(len(bad), specs.make('activation', 'relu'))"
        )
    assert result.stderr == ""
    assert result.stdout.startswith(f"{len(HOSTILE)} <handwriting.nn.activations.Relu")
