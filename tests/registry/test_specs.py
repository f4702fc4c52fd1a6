"""How parts are written, as text and as JSON (specs), and how their settings are checked (settings)."""

import json
import math
from dataclasses import dataclass, field
from typing import Literal, Optional

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.interfaces import Layer
from handwriting.nn.activations import Elu, LeakyRelu, Relu
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.dropout import Dropout
from handwriting.registry import entry_points, settings, specs
from tests.helpers.plugin_factory import ACTIVATION, LAYER, installed

KINDS = ("layer", "activation")


@dataclass(frozen=True)
class Everything(Layer):
    """A setting of every type; it computes nothing."""

    units: int
    rate: float = 0.5
    scaled: bool = True
    label: str = "plain"
    mode: Literal["same", "valid", 3] = "same"
    limit: float | None = None
    size: Optional[int] = 7  # noqa: UP045  plugins may be written the older way
    name: str | None = None
    hidden: int = field(default=0, init=False)

    def build(self, input_shape):
        return input_shape, {}

    def forward(self, x, parameters, *, training, rng):
        return x, lambda gradient, gradients: gradient


def construct(**given):
    return settings.construct(Everything, "everything", given)


def refused(part, text):
    with pytest.raises(SettingError) as error:
        specs.make(KINDS, f"{part}:{text}")
    assert "\n" not in str(error.value)
    return str(error.value)


# Text and back

shares = st.floats(0, 1, exclude_max=True)
numbers = st.floats(allow_nan=False)
parts = st.one_of(
    st.builds(Dense, st.integers(1, 10**12)),
    st.builds(Dropout, shares),
    st.builds(LeakyRelu, numbers),
    st.builds(Elu, alpha=numbers),
)


@given(parts)
@example(Dropout(0.1 + 0.2))
@example(LeakyRelu(math.inf))
@example(Elu(-5e-324))
def test_text_and_json_bring_back_the_same_part(part):
    assert specs.make(KINDS, specs.describe(part)) == part
    assert specs.from_json(json.loads(json.dumps(specs.to_json(part))), KINDS) == part


@pytest.mark.parametrize("entry", entry_points.entries("activation"), ids=lambda entry: entry.name)
def test_every_activation_is_described_by_its_name_alone(entry):
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
def test_text(text, part, description):
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


def test_settings_of_every_type_come_back_in_any_order(tmp_path, monkeypatch):
    @given(everything)
    def comes_back(part):
        name, _, arguments = specs.describe(part).partition(":")
        first, *others = arguments.split(",")
        assert specs.make("layer", f"{name}:{arguments}") == part
        assert specs.make("layer", f"{name}:{','.join([*reversed(others), f'units={first}'])}") == part
        assert specs.from_json(json.loads(json.dumps(specs.to_json(part))), KINDS) == part

    with installed(tmp_path, monkeypatch) as site:
        site.install("all", {"layers": {"everything": f"{__name__}:Everything"}})
        comes_back()


def test_a_first_setting_that_could_be_misread_is_written_with_its_name(tmp_path, monkeypatch):
    source = (
        LAYER.format(name="Named").replace("start: float = 1.0", "start: str = 'x'").replace("value=self.start", "")
    )
    with installed(tmp_path, monkeypatch) as site:
        site.install("named", {"layers": {"named": "named_layer:Named"}}, {"named_layer": source})
        for value, text in {"y": "named:y", "": "named:start=", "a=b": "named:start=a=b", "x": "named"}.items():
            part = entry_points.load("layer", "named")(value)
            assert specs.describe(part) == text
            assert specs.make("layer", text) == part


# What is refused


@pytest.mark.parametrize(
    ("part", "text", "words"),
    [
        ("dense", "", ("needs a value for 'units'", "units: int")),
        ("dense", "many", ("units takes int", "'many'")),
        ("dense", "1.5", ("units takes int",)),
        ("dense", "0", ("units must be at least 1",)),
        ("dense", "-3", ("units must be at least 1",)),
        ("dense", "10,20", ("'20' is one value too many",)),
        ("dense", "10,units=20", ("units is given twice",)),
        ("dense", "units=10,units=10", ("units is given twice",)),
        ("dense", "size=10", ("no setting 'size'", "units: int")),
        ("dense", "=10", ("no setting ''",)),
        ("dense", "1" * 5000, ("units takes int",)),
        ("dropout", "nan", ("rate takes float",)),
        ("dropout", "inf", ("must be at least 0 and below 1",)),
        ("dropout", "1", ("must be at least 0 and below 1",)),
        ("dropout", "half", ("rate takes float", "'half'")),
        ("dropout", "-0.1", ("must be at least 0 and below 1",)),
        ("leaky-relu", "NaN", ("slope takes float",)),
        ("leaky-relu", "true", ("slope takes float",)),
        ("flatten", "1", ("one value too many", "its settings: none")),
        ("relu", "slope=1", ("no setting 'slope'", "its settings: none")),
    ],
)
def test_settings_that_do_not_fit(part, text, words):
    message = refused(part, text)
    assert part in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("text", ["", ":", "::", ":dense:5", "os:system", "nobody:dense:5", "dense;5", "handwriting:"])
def test_no_part_of_that_name(text):
    with pytest.raises(HandwritingError):
        specs.make(KINDS, text)


@given(st.text())
def test_any_text_is_a_part_or_refused_in_one_line(text):
    for candidate in (text, f"dense:{text}", f"dropout:rate={text}", f"handwriting:elu:{text}"):
        try:
            part = specs.make(KINDS, candidate)
        except HandwritingError as error:
            assert "\n" not in str(error)
        else:
            assert specs.make(KINDS, specs.describe(part)) == part


RIGHT = {
    "units": [("5", 5), (5, 5), ("-5", -5), (10**30, 10**30)],
    "rate": [("1", 1.0), (1, 1.0), ("1e-3", 0.001), (0.5, 0.5), ("inf", math.inf)],
    "scaled": [("true", True), ("Yes", True), ("false", False), ("NO", False), (True, True)],
    "label": [("true", "true"), ("5", "5"), ("none", "none"), ("", "")],
    "mode": [("valid", "valid"), ("3", 3), (3, 3)],
    "limit": [("none", None), (None, None), ("2", 2.0), (2, 2.0)],
    "size": [("none", None), (None, None), ("2", 2), (2, 2)],
    "name": [("none", None), (None, None), ("x", "x"), ("5", "5")],
}
WRONG = {
    "units": ["", "x", "1.0", 1.0, None, True, [], {}, "nan", float("inf")],
    "rate": ["", "x", None, True, [1.0], "nan", float("nan"), 10**400, "0x10"],
    "scaled": ["", "1", 1, 0.0, None, [], "truth"],
    "label": [5, None, True, ["a"], {"a": 1}],
    "mode": ["", "Same", "4", 4, None, [], {}],
    "limit": ["", "null", False, [], "nan", float("nan"), 10**400],
    "size": ["1.5", 1.5, "", True, []],
    "name": [5, True, ["a"]],
    "hidden": [0],
    "other": [0],
}


@pytest.mark.parametrize(("key", "value", "expected"), [(key, *pair) for key, pairs in RIGHT.items() for pair in pairs])
def test_values_of_the_right_type(key, value, expected):
    found = getattr(construct(**{"units": 1} | {key: value}), key)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("key", WRONG)
def test_values_of_the_wrong_type(key):
    for value in WRONG[key]:
        with pytest.raises(SettingError, match=f"everything(:| has).*{key}"):
            construct(**{"units": 1} | {key: value})


def test_usage_names_every_setting_with_its_type_and_default():
    assert settings.usage(Everything) == (
        "units: int, rate: float = 0.5, scaled: bool = true, label: str = plain, mode: same|valid|3 = same, "
        "limit: float or none = none, size: int or none = 7, name: str or none = none"
    )
    assert settings.usage(Relu) == "none"


def test_a_list_is_given_as_a_list():
    @dataclass
    class Listed:
        sizes: tuple[int, ...] = ()

    for value in ([5, 6], (5, 6)):
        assert settings.construct(Listed, "listed", {"sizes": value}).sizes == (5, 6)
    for value in ("5", ["a"], 5, [[5]]):
        with pytest.raises(SettingError, match="sizes takes a list of int"):
            settings.construct(Listed, "listed", {"sizes": value})


def test_types_that_mean_nothing_are_the_plugin_s_fault():
    @dataclass
    class Unreadable:
        size: "Nowhere" = 1  # noqa: F821

    with pytest.raises(PluginError, match=r"Unreadable.*Nowhere"):
        settings.construct(Unreadable, "unreadable", {})


@pytest.mark.parametrize("error", [ValueError("too big"), TypeError("too big"), ZeroDivisionError("too big")])
def test_what_a_part_itself_refuses_is_a_setting_that_does_not_fit(error):
    @dataclass
    class Strict:
        size: int = 1

        def __post_init__(self):
            raise error

    with pytest.raises(SettingError, match=r"strict: too big; its settings: size: int = 1"):
        settings.construct(Strict, "strict", {})


# JSON that nobody vouches for

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
def test_any_json_is_a_part_or_refused_in_one_line(written):
    try:
        part = specs.from_json(written, KINDS)
    except HandwritingError as error:
        assert "\n" not in str(error)
    else:
        assert part == specs.from_json(specs.to_json(part), KINDS) or not hasattr(part, "__dataclass_fields__")


def test_json_that_is_nested_deeply():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for written in (deep, {"kind": "layer", "name": "dense", "settings": {"units": deep}}):
        with pytest.raises(HandwritingError):
            specs.from_json(written, KINDS)


def test_only_the_kinds_asked_for_are_read():
    written = specs.to_json(specs.make("optimizer", "adam"))
    assert specs.from_json(written, ("optimizer",)) == specs.make("optimizer", "adam")
    with pytest.raises(SettingError, match="does not describe"):
        specs.from_json(written, KINDS)


# Parts of plugins


def test_a_plugin_s_part_says_where_it_comes_from(tmp_path, monkeypatch):
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


def test_text_of_a_part_whose_name_two_distributions_bring_finds_it_again(tmp_path, monkeypatch):
    with installed(tmp_path, monkeypatch) as site:
        for module in ("one", "two"):
            site.install(f"{module}-soft", {"activations": {"soft": f"{module}:Soft", "relu": f"{module}:Soft"}},
                         {module: ACTIVATION.format(name="Soft")})  # fmt: skip
        for name in ("two-soft:soft", "one-soft:relu"):
            part = specs.make("activation", f"{name}:3")
            assert specs.make("activation", specs.describe(part)) == part
            assert specs.from_json(specs.to_json(part), KINDS) == part
