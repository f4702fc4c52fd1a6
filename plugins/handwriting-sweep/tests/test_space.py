"""Arguments NAME=VALUES."""

from contextlib import suppress

import pytest
from handwriting_sweep.space import Choices, Range, as_setting, parse
from hypothesis import assume, given
from hypothesis import strategies as st

from handwriting.errors import SettingError

WHOLE = st.integers(1, 10**9)
POSITIVE = st.floats(1e-12, 1e12)


@given(WHOLE, WHOLE)
def test_a_range_of_whole_numbers_is_parsed_as_it_is_written(low: int, high: int) -> None:
    assume(low < high)
    space, fixed = parse([f"hidden={low}..{high}"])
    assert space == {"hidden": Range(low, high, whole=True)}
    assert not fixed
    assert str(space["hidden"]) == f"{low}..{high}"


@given(POSITIVE, POSITIVE)
def test_a_range_of_numbers_is_logarithmic_from_a_ratio_of_ten(low: float, high: float) -> None:
    assume(low < high)
    parsed = parse([f"learning-rate={low}..{high}"])[0]["learning_rate"]
    assert isinstance(parsed, Range)
    assert (parsed.low, parsed.high, parsed.whole) == (low, high, False)
    assert parse([f"learning-rate={parsed}"])[0]["learning_rate"] == parsed
    assert parsed.is_logarithmic == (high >= 10 * low)


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), min_size=2, unique=True))
def test_choices_are_separated_by_commas_or_given_one_by_one(names: list[str]) -> None:
    expected = {"activation": Choices(tuple(names))}
    assert parse([f"activation={','.join(names)}"])[0] == expected
    assert parse([f"activation={name}" for name in names])[0] == expected


@given(st.text(max_size=30))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for argument in (text, f"hidden={text}", f"learning-rate={text}", f"layers={text}"):
        with suppress(SettingError):
            parse([argument])


def test_a_setting_of_a_spec_belongs_to_the_choice_before() -> None:
    space, _ = parse(["layers=conv2d:16,kernel=5,dropout:0.2,none", "augment=rotation=8,shift=1", "augment=none"])
    assert space["layers"] == Choices(("conv2d:16,kernel=5", "dropout:0.2", "none"))
    assert space["augment"] == Choices(("rotation=8,shift=1", "none"))


def test_one_value_is_fixed_and_layers_are_lists() -> None:
    space, fixed = parse(["epochs=4", "hidden=64+32", "layer=none", "optimizer=adam:square_decay=0.9"])
    assert not space
    assert fixed == {"epochs": "4", "hidden": ("64", "32"), "layers": (), "optimizer": "adam:square_decay=0.9"}
    assert as_setting("hidden", "none") == ()


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("hidden", "write NAME=VALUES"),
        ("hiden=3..4", "did you mean hidden?"),
        ("hidden=64..32", "ends above its beginning"),
        ("hidden=32..32", "ends above its beginning"),
        ("hidden=1.5..4", "whole numbers"),
        ("hidden=32..x", "a range of two numbers"),
        ("hidden=1..1e999", "too large"),
        ("activation=1..2", "no number"),
        ("hidden=4,4", "the same choice twice"),
        ("hidden=4..8,16", "a range of two numbers"),
        ("seed=1,2", "give one value"),
        ("validation=0.1..0.2", "give one value"),
    ],
)
def test_bad_arguments(argument: str, words: str) -> None:
    with pytest.raises(SettingError, match=words.replace("?", r"\?")):
        parse([argument])
