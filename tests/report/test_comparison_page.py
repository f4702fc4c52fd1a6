"""The report on several models: its sections, and no name taken for markup."""

from dataclasses import replace
from pathlib import Path

from handwriting.evaluation.comparison import compare
from handwriting.evaluation.evaluate import evaluate
from handwriting.interfaces import NON_DIGIT
from handwriting.report.comparison_page import comparison_page
from handwriting.training.recipe import Recipe
from tests.helpers.reports import HOSTILE, NAMES, Page, evaluated_model


def test_every_section_is_in_it(tmp_path: Path) -> None:
    recipes = (Recipe(hidden=(8,)), Recipe(hidden=(8,), seed=1), Recipe(hidden=(4,)))
    models = [evaluated_model(tmp_path, recipe, dataset=HOSTILE) for recipe in recipes]
    page = Page(comparison_page(compare(models)))
    assert page.sections == ["models", "pairs", "classes", "differences"]
    assert "script" not in page.tags
    assert HOSTILE in page.text
    assert "Holm's correction" in page.text
    for evaluated in models:
        assert f"{100 * evaluated.evaluation.metrics.accuracy:.2f}\u00a0%" in page.text


def test_a_model_differs_from_itself_in_nothing(tmp_path: Path) -> None:
    evaluated = evaluated_model(tmp_path)
    page = Page(comparison_page(compare([evaluated, evaluated])))
    assert "All models read every image the same" in page.text
    assert "no significant difference" in page.text


def test_a_model_may_know_non_digits(tmp_path: Path) -> None:
    digits = evaluated_model(tmp_path)
    model = evaluated_model(tmp_path, names=(*NAMES, NON_DIGIT)).model
    both = replace(digits, model=model, evaluation=evaluate(model, digits.examples, NAMES))
    page = Page(comparison_page(compare([digits, both])))
    assert "differences" in page.sections
    assert NON_DIGIT not in page.text
