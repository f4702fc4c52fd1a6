"""Parts as text (specs) and as JSON, and back."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.nn.activations import Elu, LeakyRelu
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.dropout import Dropout
from handwriting.registry import entry_points, loading, specs
from tests.helpers.plugin_factory import ACTIVATION, LAYER, installed
from tests.registry.test_settings import Everything

KINDS = ("layer", "activation")


def refused(part: Any, text: Any) -> Any:
    with pytest.raises(SettingError) as error:
        specs.make(KINDS, f"{part}:{text}")
    assert "\n" not in str(error.value)
    return str(error.value)


# Text and back

fractions = st.floats(0, 1, exclude_max=True)
numbers = st.floats(allow_nan=False)
parts = st.one_of(
    st.builds(Dense, st.integers(1, 10**12)),
    st.builds(Dropout, fractions),
    st.builds(LeakyRelu, numbers),
    st.builds(Elu, alpha=numbers),
)


@given(parts)
@example(Dropout(0.1 + 0.2))
@example(LeakyRelu(math.inf))
@example(Elu(-5e-324))
def test_text_and_json_give_the_same_part_again(part: Any) -> None:
    assert specs.make(KINDS, specs.describe(part)) == part
    assert specs.from_json(json.loads(json.dumps(specs.to_json(part))), KINDS) == part


@pytest.mark.parametrize("entry", entry_points.entries("activation"), ids=lambda entry: entry.name)
def test_an_activation_with_default_settings_is_described_by_its_name(entry: Any) -> None:
    part = specs.make("activation", entry.name)
    assert specs.describe(part) == entry.name
    assert type(specs.from_json(specs.to_json(part), KINDS)) is type(part)


@pytest.mark.parametrize(
    ("text", "part", "description"),
    [
        ("dense:128", Dense(128), "dense:128"),
        ("dense:units=128", Dense(128), "dense:128"),
        ("dense: 1_000 ,", Dense(1000), "dense:1000"),
        ("handwriting:dense:128", Dense(128), "dense:128"),
        ("Handwriting:dropout", Dropout(0.5), "dropout"),
        ("dropout", Dropout(0.5), "dropout"),
        ("dropout:", Dropout(0.5), "dropout"),
        ("dropout: rate = 0.25 ", Dropout(0.25), "dropout:0.25"),
        ("dropout:0", Dropout(0.0), "dropout:0.0"),
        ("leaky-relu:1e-3", LeakyRelu(0.001), "leaky-relu:0.001"),
    ],
)
def test_text(text: str, part: Any, description: str) -> None:
    assert specs.make(KINDS, text) == part
    assert specs.describe(part) == description


everything = st.builds(
    Everything,
    units=st.integers(),
    rate=numbers,
    scaled=st.booleans(),
    label=st.text().filter(lambda text: "," not in text and text == text.strip()),
    mode=st.sampled_from(["same", "valid", 3]),
    limit=st.none() | numbers,
    size=st.none() | st.integers(),
    name=st.none() | st.sampled_from(["", "a", "a=b", "rate=0.5", "None", "true"]),
)


def test_settings_of_every_type_are_restored_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @given(everything)
    def is_restored(part: Any) -> None:
        name, _, arguments = specs.describe(part).partition(":")
        first, *others = arguments.split(",")
        assert specs.make("layer", f"{name}:{arguments}") == part
        assert specs.make("layer", f"{name}:{','.join([*reversed(others), f'units={first}'])}") == part
        assert specs.from_json(json.loads(json.dumps(specs.to_json(part))), KINDS) == part

    with installed(tmp_path, monkeypatch) as site:
        site.install("all", {"layers": {"everything": f"{Everything.__module__}:Everything"}})
        is_restored()


def test_a_first_setting_that_could_be_misread_is_given_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        LAYER.format(name="Named").replace("start: float = 1.0", "start: str = 'x'").replace("value=self.start", "")
    )
    with installed(tmp_path, monkeypatch) as site:
        site.install("named", {"layers": {"named": "named_layer:Named"}}, {"named_layer": source})
        for value, text in {"y": "named:y", "": "named:start=", "a=b": "named:start=a=b", "x": "named"}.items():
            part = loading.load("layer", "named")(value)
            assert specs.describe(part) == text
            assert specs.make("layer", text) == part


# What is refused


@pytest.mark.parametrize(
    ("part", "text", "words"),
    [
        ("dense", "", ("needs a value for 'units'", "units: int")),
        ("dense", "many", ("units takes a whole number", "'many'")),
        ("dense", "1.5", ("units takes a whole number",)),
        ("dense", "0", ("units must be at least 1",)),
        ("dense", "-3", ("units must be at least 1",)),
        ("dense", "10,20", ("'20' is one value too many",)),
        ("dense", "10,units=20", ("units is given twice",)),
        ("dense", "units=10,units=10", ("units is given twice",)),
        ("dense", "size=10", ("no setting 'size'", "units: int")),
        ("dense", "=10", ("no setting ''",)),
        ("dense", "1" * 5000, ("units takes a whole number",)),
        ("dropout", "nan", ("rate takes a number",)),
        ("dropout", "inf", ("must be at least 0 and below 1",)),
        ("dropout", "1", ("must be at least 0 and below 1",)),
        ("dropout", "half", ("rate takes a number", "'half'")),
        ("dropout", "-0.1", ("must be at least 0 and below 1",)),
        ("leaky-relu", "NaN", ("slope takes a number",)),
        ("leaky-relu", "true", ("slope takes a number",)),
        ("flatten", "1", ("one value too many", "its settings: none")),
        ("relu", "slope=1", ("no setting 'slope'", "its settings: none")),
    ],
)
def test_settings_that_are_refused(part: str, text: str, words: Any) -> None:
    message = refused(part, text)
    assert part in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("text", ["", ":", "::", ":dense:5", "os:system", "nobody:dense:5", "dense;5", "handwriting:"])
def test_names_that_are_refused(text: str) -> None:
    with pytest.raises(HandwritingError):
        specs.make(KINDS, text)


@example("relu")  # a class without settings, whose objects are equal to none but themselves
@given(st.text())
def test_any_text_is_a_part_or_refused_in_one_line(text: Any) -> None:
    for candidate in (text, f"dense:{text}", f"dropout:rate={text}", f"handwriting:elu:{text}"):
        try:
            part = specs.make(KINDS, candidate)
        except HandwritingError as error:
            assert "\n" not in str(error)
        else:
            again = specs.make(KINDS, specs.describe(part))
            assert type(again) is type(part)
            assert specs.to_json(again) == specs.to_json(part)


# JSON from untrusted files

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(["dense", "dropout", "flatten", "relu", "leaky-relu", "elu", "os:system", "handwriting:dense"])
almost = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["layer", "activation", "optimizer", "loss"]) | json_values,
        "name": names | json_values,
        "settings": st.dictionaries(
            st.sampled_from(["units", "rate", "slope", "alpha"]) | st.text(max_size=5), json_values
        )
        | json_values,
    },
    optional={"distribution": st.sampled_from(["handwriting", "x"]) | json_values, "version": json_values},
)


@given(json_values | almost)
@example({"kind": "layer", "name": "dropout", "settings": {"rate": 10**400}})
@example({"kind": "layer", "name": "dense", "settings": {"units": []}, "distribution": []})
@example({"kind": "optimizer", "name": "adam", "settings": {}})
@example({"kind": "layer", "name": "os:system", "settings": {}})
@example({"kind": "layer", "name": "handwriting.layers.dense:Dense", "settings": {"units": 5}})
def test_any_json_is_a_part_or_refused_in_one_line(written: Any) -> None:
    try:
        part = specs.from_json(written, KINDS)
    except HandwritingError as error:
        assert "\n" not in str(error)
    else:
        assert part == specs.from_json(specs.to_json(part), KINDS) or not hasattr(part, "__dataclass_fields__")


def test_json_that_is_nested_deeply() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for written in (deep, {"kind": "layer", "name": "dense", "settings": {"units": deep}}):
        with pytest.raises(HandwritingError):
            specs.from_json(written, KINDS)


def test_only_the_kinds_asked_for_are_read() -> None:
    written = specs.to_json(specs.make("optimizer", "adam"))
    assert specs.from_json(written, ("optimizer",)) == specs.make("optimizer", "adam")
    with pytest.raises(SettingError, match="does not describe"):
        specs.from_json(written, KINDS)


# Parts of plugins


def test_the_json_of_a_plugin_s_part_names_its_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with installed(tmp_path, monkeypatch) as site:
        site.install("soft", {"activations": {"soft": "soft:Soft"}}, {"soft": ACTIVATION.format(name="Soft")}, "2.5")
        part = specs.make("activation", "soft:scale=2")
        assert specs.make(KINDS, "soft:soft:2") == part
        assert specs.describe(part) == "soft:2.0"
        written = specs.to_json(part)
        assert written == {
            "kind": "activation", "name": "soft", "settings": {"scale": 2.0}, "distribution": "soft", "version": "2.5"
        }  # fmt: skip
        assert specs.from_json(written, KINDS) == part
    with pytest.raises(PluginError, match=r"pip install soft==2\.5"):
        specs.from_json(written, KINDS)


def test_the_spec_of_a_part_whose_name_two_distributions_register_is_unambiguous(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(tmp_path, monkeypatch) as site:
        for module in ("one", "two"):
            site.install(f"{module}-soft", {"activations": {"soft": f"{module}:Soft", "relu": f"{module}:Soft"}},
                         {module: ACTIVATION.format(name="Soft")})  # fmt: skip
        for name in ("two-soft:soft", "one-soft:relu"):
            part = specs.make("activation", f"{name}:3")
            assert specs.make("activation", specs.describe(part)) == part
            assert specs.from_json(specs.to_json(part), KINDS) == part
