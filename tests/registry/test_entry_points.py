import importlib.metadata
import tomllib

import pytest

from handwriting import interfaces
from handwriting.errors import HandwritingError, PluginError
from handwriting.registry import entry_points
from tests.helpers.plugin_factory import ACTIVATION, LAYER, ROOT, installed, run


@pytest.fixture
def site(tmp_path, monkeypatch):
    with installed(tmp_path, monkeypatch) as site:
        yield site


def one_line(error):
    text = str(error.value)
    assert "\n" not in text
    assert text == text.strip() != ""
    return text


# What is there is found without being imported


def test_every_part_of_pyproject_is_found_and_loads():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    for group, points in declared.items():
        kind = group.removeprefix("handwriting.").removesuffix("s")
        for name, value in points.items():
            part = entry_points.load(kind, name)
            assert f"{part.__module__}:{part.__qualname__}" == value
            assert entry_points.entry_of(part).name == name
            assert entry_points.entry_of(part).built_in


def test_listing_imports_nothing(tmp_path, monkeypatch):
    with installed(tmp_path, monkeypatch) as site:
        site.install("noisy", {"layers": {"noisy": "noisy_plugin:Noisy"}}, {"noisy_plugin": "print('imported')"})
        result = site.run(
            "import sys; from handwriting.registry.entry_points import entries; names = [e.name for e in entries()]\n"
            "print('noisy' in names, 'relu' in names, sorted({'numpy', 'noisy_plugin', 'rich'} & set(sys.modules)))"
        )
    assert result.stdout == "True True []\n"
    assert result.stderr == ""


def test_entries_of_a_kind_are_sorted_and_only_of_that_kind():
    everything = entry_points.entries()
    assert everything == sorted(everything)
    assert {entry.kind for entry in everything} == set(entry_points.KINDS)
    for kind in entry_points.KINDS:
        assert entry_points.entries(kind) == [entry for entry in everything if entry.kind == kind]


@pytest.mark.parametrize(
    ("kinds", "name", "hint"),
    [("activation", "relo", "relu"), ("activation", "ReLU", "relu"), (("layer", "activation"), "gelo", "gelu")],
)
def test_an_unknown_name_brings_close_matches_and_what_is_installed(kinds, name, hint):
    with pytest.raises(PluginError) as error:
        entry_points.find(kinds, name)
    text = one_line(error)
    assert repr(name) in text
    assert f"did you mean {hint}" in text.replace(" or ", " ")
    assert all(entry.name in text for entry in entry_points.entries("activation"))


@pytest.mark.parametrize(
    "name", ["", ":", "relu:", "os:system", "handwriting.activations:Relu", "a:b:c", "relu\n", "é"]
)
def test_what_is_no_registered_name_is_refused(name):
    with pytest.raises(PluginError) as error:
        entry_points.load("activation", name)
    one_line(error)


# Names that several bring


def two_alike(site):
    for distribution in ("first-soft", "Second.Soft"):
        module = f"module_of_{distribution[:5].lower()}"
        site.install(
            distribution, {"activations": {"soft": f"{module}:Soft"}}, {module: ACTIVATION.format(name="Soft")}
        )


def test_a_name_that_two_distributions_bring_is_refused_and_both_are_named(site):
    two_alike(site)
    with pytest.raises(PluginError) as error:
        entry_points.find("activation", "soft")
    text = one_line(error)
    assert "first-soft:soft" in text
    assert "Second.Soft:soft" in text


@pytest.mark.parametrize("spelling", ["Second.Soft", "second-soft", "SECOND__SOFT"])
def test_the_distribution_in_front_decides_however_it_is_spelt(site, spelling):
    two_alike(site)
    assert entry_points.find("activation", f"{spelling}:soft").distribution == "Second.Soft"
    assert entry_points.load("activation", f"{spelling}:soft").__module__ == "module_of_secon"


@pytest.mark.parametrize(("group", "kinds"), [("activations", "activation"), ("layers", ("layer", "activation"))])
def test_a_built_in_wins_and_the_plugin_of_its_name_can_still_be_had(site, group, kinds):
    source = (LAYER if group == "layers" else ACTIVATION).format(name="Mine")
    site.install("my-relu", {group: {"relu": "my_relu:Mine"}}, {"my_relu": source})
    assert entry_points.find(kinds, "relu").built_in
    assert entry_points.load(kinds, "my-relu:relu").__name__ == "Mine"


def test_of_several_kinds_the_first_that_has_a_name_is_taken(site):
    points = {"layers": {"both": "both:First"}, "activations": {"both": "both:Second"}}
    site.install("both", points, {"both": LAYER.format(name="First") + ACTIVATION.format(name="Second")})
    assert entry_points.load(("layer", "activation"), "both").__name__ == "First"
    assert entry_points.load(("activation", "layer"), "both").__name__ == "Second"


def test_a_distribution_that_is_on_the_path_twice_counts_once(site, tmp_path, monkeypatch):
    site.install("twice", {"layers": {"twice": "twice:New"}}, {"twice": LAYER.format(name="New")}, version="2.0")
    again = type(site)(tmp_path / "older")
    again.install("Twice", {"layers": {"twice": "twice:Old"}}, version="1.0")
    monkeypatch.syspath_prepend(again.folder)
    monkeypatch.syspath_prepend(site.folder)
    site.refresh()
    assert entry_points.find("layer", "twice").version == "2.0"


def test_a_layer_may_serve_as_an_activation(site):
    site.install("learnt", {"activations": {"learnt": "learnt:Learnt"}}, {"learnt": LAYER.format(name="Learnt")})
    assert issubclass(entry_points.load("activation", "learnt"), interfaces.Layer)


def test_an_activation_does_not_serve_as_a_layer(site):
    site.install("flat", {"layers": {"flat": "flat:Flat"}}, {"flat": ACTIVATION.format(name="Flat")})
    with pytest.raises(PluginError, match=r"flat 1\.0 does not fulfil its contract.*Layer"):
        entry_points.load("layer", "flat")


# HWR_PLUGINS


@pytest.mark.parametrize(
    ("allowed", "found"),
    [(None, {"a", "b"}), ("none", set()), ("", set()), ("plug-a", {"a"}), (" PLUG_B ,other", {"b"}),
     ("plug.a,plug-b", {"a", "b"})],
)  # fmt: skip
def test_hwr_plugins_chooses_whose_parts_may_be_used(site, monkeypatch, allowed, found):
    for letter in "ab":
        site.install(f"plug-{letter}", {"layers": {letter: "nowhere:None"}})
    if allowed is not None:
        monkeypatch.setenv("HWR_PLUGINS", allowed)
    site.refresh()
    assert {entry.name for entry in entry_points.entries("layer") if not entry.built_in} == found
    assert entry_points.load("activation", "relu")


def test_who_asks_for_an_excluded_part_is_told_of_hwr_plugins(site, monkeypatch):
    site.install("soft", {"activations": {"soft": "soft:Soft"}}, {"soft": ACTIVATION.format(name="Soft")})
    monkeypatch.setenv("HWR_PLUGINS", "none")
    site.refresh()
    with pytest.raises(PluginError, match="HWR_PLUGINS"):
        entry_points.load("activation", "soft")


# Broken plugins: whoever asks for one is told whose fault it is, nobody else notices

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
    "a module": ("hostile", WHOLE, "no subclass"),
    "forgotten method": ("hostile:Part", WHOLE.replace("def backward", "def backwards"), "lacks backward"),
    "forgotten methods": (
        "hostile:Part",
        "from handwriting.interfaces import Activation\nclass Part(Activation): pass",
        "lacks backward and forward",
    ),
    "newer interface": ("hostile:Part", WHOLE + "\n    api_version = 99", "(API 99, here 1): upgrade handwriting"),
    "odd interface": ("hostile:Part", WHOLE + "\n    api_version = 'new'", "(API new, here 1)"),
    "no colon": ("hostile Part", WHOLE, "hostile Part"),
    "spaces": ("hos tile : Part one", WHOLE, "hos tile"),
    "colons": ("::", WHOLE, "::"),
    "nothing": ("", WHOLE, ""),
    "extras": ("hostile:Part [", WHOLE, "hostile:Part ["),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_broken_plugin_is_blamed_in_one_line_and_hurts_nobody(site, case, capfd):
    value, source, cause = HOSTILE[case]
    site.install("bad-plugin", {"activations": {"bad": value}}, {"hostile": source} if source else {}, version="6.6")
    assert "bad" in {entry.name for entry in entry_points.entries("activation")}
    assert entry_points.load("activation", "relu")
    with pytest.raises(PluginError) as error:
        entry_points.load("activation", "bad")
    text = one_line(error)
    assert "bad-plugin 6.6" in text
    assert cause in text
    assert capfd.readouterr().out == ""


def test_extras_behind_the_class_are_allowed(site):
    site.install("extra", {"activations": {"extra": "extra:Part [fast]"}}, {"extra": WHOLE})
    assert entry_points.load("activation", "extra").__name__ == "Part"


def test_an_interruption_at_import_is_an_interruption(site):
    site.install("slow", {"layers": {"slow": "slow_plugin:Slow"}}, {"slow_plugin": "raise KeyboardInterrupt"})
    with pytest.raises(KeyboardInterrupt):
        entry_points.load("layer", "slow")


def test_what_a_plugin_prints_at_import_stays_off_standard_output(site):
    site.install("loud", {"activations": {"loud": "loud:Part"}}, {"loud": f"print('hello')\n{WHOLE}"})
    result = site.run(
        "from handwriting.registry import entry_points; print(entry_points.load('activation', 'loud').__name__)"
    )
    assert (result.stdout, result.stderr) == ("Part\n", "hello\n")


DAMAGED = {
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
def test_a_damaged_installation_hurts_nobody(site, case):
    site.install("damaged", **DAMAGED[case])
    site.install("good", {"layers": {"good": "good:Good"}}, {"good": LAYER.format(name="Good")})
    assert entry_points.load("layer", "good").__name__ == "Good"
    assert entry_points.load("activation", "relu")
    with pytest.raises(PluginError) as error:
        entry_points.load("layer", "left")
    one_line(error)


def test_entry_points_in_no_encoding_hurt_nobody(site):
    info = site.install("damaged", "")
    (info / "entry_points.txt").write_bytes(b"[handwriting.layers]\n\xff = \xfe\n")
    site.refresh()
    assert entry_points.load("activation", "relu")


def test_all_of_them_together(tmp_path, monkeypatch):
    """Every broken plugin at once: the listing shows them, the built-in parts work, nothing is printed."""
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


# What a model file names


def test_what_a_model_needs_and_is_missing_is_named_for_pip():
    with pytest.raises(PluginError, match=r"pip install some-plugin==1\.2") as error:
        entry_points.find_saved("layer", {"name": "conv9d", "distribution": "some-plugin", "version": "1.2"})
    assert "'conv9d'" in one_line(error)


def test_a_part_of_a_model_is_found_again_whatever_the_spelling_and_version(site):
    two_alike(site)
    saved = {"name": "soft", "distribution": "second_soft", "version": "0.1"}
    assert entry_points.find_saved("activation", saved).distribution == "Second.Soft"


def test_another_version_than_a_model_was_trained_with_is_noted_once_a_distribution(site):
    site.install("Soft.Things", {"activations": {"soft": "soft:Soft"}, "layers": {"flat": "soft:Flat"}}, version="2.0")
    site.install("others", {"layers": {"other": "other:Other"}}, version="1.0")
    old, older, same = (
        {"name": "soft", "distribution": "soft-things", "version": "1.0"},
        {"name": "flat", "distribution": "soft_things", "version": "1.0"},
        {"name": "other", "distribution": "others", "version": "1.0"},
    )
    built_in = {"name": "relu"}
    note = "note: the model was trained with Soft.Things 1.0, 2.0 is installed"
    assert entry_points.version_notes([built_in, old, same, older]) == (note,)
    assert entry_points.version_notes([built_in, same, old | {"version": "2.0"}]) == ()
    others = "note: the model was trained with others 0.9, 1.0 is installed"
    assert entry_points.version_notes([same | {"version": "0.9"}, old]) == (others, note)


@pytest.mark.parametrize(
    "saved",
    [
        {"distribution": "x; rm -rf ~", "version": "1"},
        {"distribution": "x", "version": "1 --index-url http://evil"},
        {"distribution": "x", "version": "1\x1b[2J"},
        {"distribution": "--pre", "version": "1"},
        {"distribution": ["x"], "version": "1"},
        {"distribution": 5, "version": {}},
        {"distribution": "x", "version": None},
        {"distribution": "x\n", "version": "1"},
    ],
)
def test_a_model_can_put_nothing_but_a_package_behind_pip_install(saved):
    with pytest.raises(HandwritingError) as error:
        entry_points.find_saved("layer", {"name": "x", **saved})
    text = one_line(error)
    assert "pip install" not in text
    assert text.isprintable()


def test_a_class_without_a_name_is_told_to_register():
    class Nameless(interfaces.Activation):
        def forward(self, z):
            return z

        def backward(self, gradient, z, a):
            return gradient

    with pytest.raises(HandwritingError, match="Nameless has no name; register it"):
        entry_points.entry_of(Nameless)


def test_a_class_that_was_made_directly_is_found_by_its_place():
    result = run(
        "from handwriting.registry import entry_points\n"
        "from handwriting.nn.activations import Tanh\n"
        "print(entry_points.entry_of(Tanh).name)"
    )
    assert result.stdout == "tanh\n"


def test_the_version_listed_is_the_one_installed():
    assert {entry.version for entry in entry_points.entries() if entry.built_in} == {
        importlib.metadata.version("handwriting")
    }
