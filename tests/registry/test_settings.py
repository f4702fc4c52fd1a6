"""Settings are converted to the types of their fields, or refused."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal, Optional

import numpy as np
import pytest

from handwriting.errors import PluginError, SettingError
from handwriting.interfaces import Layer
from handwriting.nn.activations import Relu
from handwriting.registry import settings


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

    def build(self, input_shape: Any) -> Any:
        return input_shape, {}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        return x, lambda gradient, gradients: gradient


def construct(**given: Any) -> Any:
    return settings.construct(Everything, "everything", given)


RIGHT: dict[str, Any] = {
    "units": [("5", 5), (5, 5), ("-5", -5), (10**30, 10**30)],
    "rate": [("1", 1.0), (1, 1.0), ("1e-3", 0.001), (0.5, 0.5), ("inf", math.inf)],
    "scaled": [("true", True), ("Yes", True), ("false", False), ("NO", False), (True, True)],
    "label": [("true", "true"), ("5", "5"), ("none", "none"), ("", "")],
    "mode": [("valid", "valid"), ("3", 3), (3, 3)],
    "limit": [("none", None), (None, None), ("2", 2.0), (2, 2.0)],
    "size": [("none", None), (None, None), ("2", 2), (2, 2)],
    "name": [("none", None), (None, None), ("x", "x"), ("5", "5")],
}
WRONG: dict[str, Any] = {
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
def test_values_of_the_right_type(key: Any, value: Any, expected: Any) -> None:
    found = getattr(construct(**{"units": 1} | {key: value}), key)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("key", WRONG)
def test_values_of_the_wrong_type(key: Any) -> None:
    for value in WRONG[key]:
        with pytest.raises(SettingError, match=f"everything(:| has).*{key}"):
            construct(**{"units": 1} | {key: value})


def test_the_signature_holds_every_setting_with_its_type_and_default() -> None:
    assert settings.signature(Everything) == (
        "units: int, rate: float = 0.5, scaled: bool = true, label: str = plain, mode: same|valid|3 = same, "
        "limit: float or none = none, size: int or none = 7, name: str or none = none"
    )
    assert settings.signature(Relu) == "none"


def test_a_tuple_is_given_as_a_list() -> None:
    @dataclass
    class Listed:
        sizes: tuple[int, ...] = ()

    given: Any
    for given in ([5, 6], (5, 6)):
        assert settings.construct(Listed, "listed", {"sizes": given}).sizes == (5, 6)
    for given in ("5", ["a"], 5, [[5]]):
        with pytest.raises(SettingError, match="sizes takes a (list of int|whole number), not"):
            settings.construct(Listed, "listed", {"sizes": given})


def test_types_that_can_not_be_evaluated_are_the_fault_of_the_plugin() -> None:
    @dataclass
    class Unreadable:
        size: "Nowhere" = 1  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(PluginError, match=r"Unreadable.*Nowhere"):
        settings.construct(Unreadable, "unreadable", {})


@pytest.mark.parametrize("error", [ValueError("too big"), TypeError("too big"), ZeroDivisionError("too big")])
def test_settings_that_the_class_itself_refuses(error: Any) -> None:
    @dataclass
    class Strict:
        size: int = 1

        def __post_init__(self) -> None:
            raise error

    with pytest.raises(SettingError, match=r"strict: too big; its settings: size: int = 1"):
        settings.construct(Strict, "strict", {})
