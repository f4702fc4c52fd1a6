"""Registered names are found in metadata, without importing anything."""

import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.registry import entry_points, loading
from tests.helpers.plugin_factory import ACTIVATION, LAYER, Site, installed
from tests.registry.conftest import one_line


def test_listing_imports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with installed(tmp_path, monkeypatch) as site:
        site.install("noisy", {"layers": {"noisy": "noisy_plugin:Noisy"}}, {"noisy_plugin": "print('imported')"})
        result = site.run(
            "import sys; from handwriting.registry.entry_points import entries; names = [e.name for e in entries()]\n"
            "print('noisy' in names, 'relu' in names, sorted({'numpy', 'noisy_plugin', 'rich'} & set(sys.modules)))"
        )
    assert result.stdout == "True True []\n"
    assert result.stderr == ""


def test_entries_of_a_kind_are_sorted_and_only_of_that_kind() -> None:
    everything = entry_points.entries()
    assert everything == sorted(everything)
    assert {entry.kind for entry in everything} >= set(entry_points.KINDS) - {"augmentation"}  # none is built in
    for kind in entry_points.KINDS:
        assert entry_points.entries(kind) == [entry for entry in everything if entry.kind == kind]


@pytest.mark.parametrize(
    ("kinds", "name", "hint"),
    [("activation", "relo", "relu"), ("activation", "ReLU", "relu"), (("layer", "activation"), "gelo", "gelu")],
)
def test_for_an_unknown_name_close_matches_and_installed_names_are_shown(kinds: Any, name: str, hint: str) -> None:
    with pytest.raises(SettingError) as error:
        entry_points.find(kinds, name)
    text = one_line(error)
    assert repr(name) in text
    assert f"did you mean {hint}" in text.replace(" or ", " ")
    assert all(entry.name in text for entry in entry_points.entries("activation"))


# Names that several distributions register


def two_alike(site: Site) -> None:
    for distribution in ("first-soft", "Second.Soft"):
        module = f"module_of_{distribution[:5].lower()}"
        site.install(
            distribution, {"activations": {"soft": f"{module}:Soft"}}, {module: ACTIVATION.format(name="Soft")}
        )


def test_a_name_of_two_distributions_is_refused_and_both_are_named(site: Site) -> None:
    two_alike(site)
    with pytest.raises(SettingError) as error:
        entry_points.find("activation", "soft")
    text = one_line(error)
    assert "first-soft:soft" in text
    assert "Second.Soft:soft" in text


@pytest.mark.parametrize("spelling", ["Second.Soft", "second-soft", "SECOND__SOFT"])
def test_a_distribution_in_front_of_the_name_decides_in_any_spelling(site: Site, spelling: str) -> None:
    two_alike(site)
    assert entry_points.find("activation", f"{spelling}:soft").distribution == "Second.Soft"
    assert loading.load("activation", f"{spelling}:soft").__module__ == "module_of_secon"


@pytest.mark.parametrize(("group", "kinds"), [("activations", "activation"), ("layers", ("layer", "activation"))])
def test_a_built_in_part_takes_precedence_over_a_plugin_of_the_same_name(site: Site, group: str, kinds: Any) -> None:
    source = (LAYER if group == "layers" else ACTIVATION).format(name="Mine")
    site.install("my-relu", {group: {"relu": "my_relu:Mine"}}, {"my_relu": source})
    assert entry_points.find(kinds, "relu").built_in
    assert loading.load(kinds, "my-relu:relu").__name__ == "Mine"


def test_of_several_kinds_the_first_with_the_name_is_taken(site: Site) -> None:
    points = {"layers": {"both": "both:First"}, "activations": {"both": "both:Second"}}
    site.install("both", points, {"both": LAYER.format(name="First") + ACTIVATION.format(name="Second")})
    assert loading.load(("layer", "activation"), "both").__name__ == "First"
    assert loading.load(("activation", "layer"), "both").__name__ == "Second"


def test_of_a_distribution_that_is_on_the_path_twice_the_first_is_taken(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("twice", {"layers": {"twice": "twice:New"}}, {"twice": LAYER.format(name="New")}, version="2.0")
    again = type(site)(tmp_path / "older")
    again.install("Twice", {"layers": {"twice": "twice:Old"}}, version="1.0")
    monkeypatch.syspath_prepend(again.folder)
    monkeypatch.syspath_prepend(site.folder)
    site.refresh()
    assert entry_points.find("layer", "twice").version == "2.0"


# HWR_PLUGINS


@pytest.mark.parametrize(
    ("allowed", "found"),
    [(None, {"a", "b"}), ("none", set()), ("", set()), ("plug-a", {"a"}), (" PLUG_B ,other", {"b"}),
     ("plug.a,plug-b", {"a", "b"})],
)  # fmt: skip
def test_hwr_plugins_limits_which_distributions_may_be_used(
    site: Site, monkeypatch: pytest.MonkeyPatch, allowed: str | None, found: Any
) -> None:
    for letter in "ab":
        site.install(f"plug-{letter}", {"layers": {letter: "nowhere:None"}})
    if allowed is not None:
        monkeypatch.setenv("HWR_PLUGINS", allowed)
    site.refresh()
    assert {entry.name for entry in entry_points.entries("layer") if not entry.built_in} == found
    assert loading.load("activation", "relu")


def test_the_error_for_an_excluded_part_mentions_hwr_plugins(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.install("soft", {"activations": {"soft": "soft:Soft"}}, {"soft": ACTIVATION.format(name="Soft")})
    monkeypatch.setenv("HWR_PLUGINS", "none")
    site.refresh()
    with pytest.raises(SettingError, match="HWR_PLUGINS"):
        loading.load("activation", "soft")


# Parts that a model file names


def test_a_missing_plugin_of_a_model_is_named_for_pip() -> None:
    with pytest.raises(PluginError, match=r"pip install some-plugin==1\.2") as error:
        entry_points.find_saved("layer", {"name": "conv9d", "distribution": "some-plugin", "version": "1.2"})
    assert "'conv9d'" in one_line(error)


def test_a_part_of_a_model_is_found_in_any_spelling_and_version(site: Site) -> None:
    two_alike(site)
    saved = {"name": "soft", "distribution": "second_soft", "version": "0.1"}
    assert entry_points.find_saved("activation", saved).distribution == "Second.Soft"


def test_a_different_version_than_in_training_is_noted_once_for_each_distribution(site: Site) -> None:
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
def test_nothing_but_a_package_is_shown_after_pip_install(saved: Any) -> None:
    with pytest.raises(HandwritingError) as error:
        entry_points.find_saved("layer", {"name": "x", **saved})
    text = one_line(error)
    assert "pip install" not in text
    assert text.isprintable()


def test_the_version_listed_is_the_one_installed() -> None:
    assert {entry.version for entry in entry_points.entries() if entry.built_in} == {
        importlib.metadata.version("handwriting")
    }
