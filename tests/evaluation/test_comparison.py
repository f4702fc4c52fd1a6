"""Comparison of models: McNemar's test, compared with SciPy's binomial test; what is compared; and the command."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from handwriting.evaluation import comparison
from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
from handwriting.evaluation.significance import differing, mcnemar, pairs
from handwriting.interfaces import NON_DIGIT, Examples
from handwriting.models.model_file import Model
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from tests.helpers.hwr import Hwr


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_the_binomial_test(first: Any, second: Any) -> None:
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(first, second) == mcnemar(second, first)


def test_mcnemar_of_large_and_small_counts() -> None:
    assert mcnemar(5000, 5200) == pytest.approx(binomtest(5000, 10200).pvalue, rel=1e-9)
    assert mcnemar(0, 20000) == 0.0
    assert mcnemar(0, 5) == 2 / 32
    assert mcnemar(0, 0) == mcnemar(7, 7) == 1.0


def test_pairs_count_what_only_one_reads_correctly_and_are_adjusted_for_several() -> None:
    labels = np.zeros(40, np.uint8)
    perfect = np.zeros(40, np.intp)
    poor, poorer = perfect.copy(), perfect.copy()
    poor[:6] = 1
    poorer[4:14] = 2
    found = pairs([perfect, poor, poorer], labels)
    assert [(p.first, p.second, p.only_first, p.only_second) for p in found] == [
        (0, 1, 6, 0),
        (0, 2, 10, 0),
        (1, 2, 8, 4),
    ]
    raw = [mcnemar(6, 0), mcnemar(10, 0), mcnemar(8, 4)]
    assert [p.p_value for p in found] == raw
    assert [p.adjusted for p in found] == pytest.approx([2 * raw[0], 3 * raw[1], raw[2]])
    assert differing([perfect, poor, poorer]).tolist() == list(range(14))


def models(count: int, *recipes: Any, names: Any = None) -> Any:
    """Return untrained models, evaluated on the same random images."""
    rng = np.random.default_rng(4)
    names = names or [tuple("0123456789")] * len(recipes)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    examples = Examples(rng.integers(0, 256, (count, 28, 28), np.uint8), labels)
    found = []
    for recipe, classes in zip(recipes, names, strict=True):
        model = Model(resolve(recipe, len(classes)).build_network(), resolve(recipe).loss, classes)
        result = evaluate(model, examples, tuple("0123456789"))
        found.append(EvaluatedModel(Path(__file__), model, "<b>noise</b>", examples, result))
    return found


def test_a_model_does_not_differ_from_itself() -> None:
    compared = comparison.compare(models(50, Recipe(hidden=(8,)), Recipe(hidden=(8,))))
    assert compared.differences == ()
    assert compared.pairs[0].p_value == 1


def test_readings_are_compared_by_the_names_of_classes() -> None:
    """The same network with its classes in another order gives other readings."""
    names = [tuple("0123456789"), tuple("9876543210")]
    compared = comparison.compare(models(80, Recipe(hidden=(8,)), Recipe(hidden=(8,)), names=names))
    first, second = (s.evaluation.metrics.confusion.trace() for s in compared.models)
    assert compared.pairs[0].only_first - compared.pairs[0].only_second == first - second
    assert len(compared.differences) == 80
    for found in compared.differences:
        assert int(found.readings[0]) + int(found.readings[1]) == 9
        assert found.truth == str(compared.models[0].examples.labels[found.position])
    least = [min(found.confidences) for found in compared.differences]
    assert least == sorted(least, reverse=True)


def test_a_class_for_non_digits_is_ignored() -> None:
    digits = tuple("0123456789")
    recipes = (Recipe(hidden=(8,)), Recipe(hidden=(8,), seed=1), Recipe(hidden=(4,)))
    compared = comparison.compare(models(60, *recipes, names=[digits, (*digits, NON_DIGIT), digits]))
    assert all(reading in digits for found in compared.differences for reading in found.readings)
    assert all(speed.pictures_per_second > 0 < speed.milliseconds for speed in compared.speeds)


@pytest.fixture(scope="module")
def two(trained_once: Hwr, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model, and a worse one."""
    folder = tmp_path_factory.mktemp("two")
    last = trained_once.data / "models" / "last"
    named = last.read_bytes()
    good, bad = folder / "good.safetensors", folder / "bad.safetensors"
    trained_once("train", "--dataset", "strokes", "--epochs", "3", "--hidden", "32", "--threads", "1", "-o", good)
    trained_once("train", "--dataset", "strokes", "--epochs", "1", "--hidden", "4", "--threads", "1", "-o", bad)
    last.write_bytes(named)
    return good, bad


def test_the_better_one_is_named(trained: Hwr, two: Any, tmp_path: Path) -> None:
    page = tmp_path / "comparison.html"
    done = trained("compare", *two, "--show-differences", 3, "--report", page, "--threads", "1")
    for words in ("784 -> 32 relu -> 10", "A, B      A reads better: only A reads", "p < 0.001", "images/s",
                  "images are not read the same by all", "A ", "B "):  # fmt: skip
        assert words in done.stdout
    assert "2 models on strokes" in page.read_text("utf-8")


def test_the_json_agrees_with_evaluate(trained: Hwr, two: Any) -> None:
    compared = json.loads(trained("compare", *two, "--format", "json", "--threads", "1").stdout)
    for path, of in zip(two, compared["models"], strict=True):
        evaluated = json.loads(trained("evaluate", "-m", path, "--format", "json").stdout)
        assert of["accuracy"] == evaluated["accuracy"]
        assert of["model"] == str(path)
        assert of["bytes"] == path.stat().st_size
    pair = compared["pairs"][0]
    gain = (compared["models"][0]["accuracy"] - compared["models"][1]["accuracy"]) * compared["count"]
    assert pair["only_first"] - pair["only_second"] == pytest.approx(gain)
    assert pair["p_value"] == mcnemar(pair["only_first"], pair["only_second"])
    assert len(compared["differences"]) >= pair["only_first"] + pair["only_second"]


@pytest.mark.parametrize(
    "environment", [{"COLUMNS": "20", "PYTHONIOENCODING": "ascii"}, {"TERM": "dumb", "NO_COLOR": "1"}]
)
def test_it_degrades_to_plain_text(trained: Hwr, two: Any, environment: Any) -> None:
    shown = trained("compare", *two, "--show-differences", 1, environment=environment).stdout
    assert "accuracy" in shown
    assert "\x1b" not in shown
    if "PYTHONIOENCODING" in environment:
        assert shown.isascii()


def test_one_model_is_too_few(trained: Hwr, two: Any) -> None:
    assert "at least two models" in trained("compare", two[0], status=2).stderr
