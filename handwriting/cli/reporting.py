"""How a report gets to where it was asked for; the pages' makers are imported only where one is."""

from pathlib import Path

from handwriting.cli.console import printable, say
from handwriting.evaluation.comparison import Comparison
from handwriting.evaluation.evaluate import EvaluatedModel


def write_report(path: Path, evaluated: EvaluatedModel) -> None:
    """Write the report on one model; raises `HandwritingError` where that fails."""
    from handwriting.report import evaluation

    _save(path, evaluation.report(evaluated))


def write_comparison(path: Path, comparison: Comparison) -> None:
    """Write the report on several models; raises `HandwritingError` where that fails."""
    from handwriting.report import comparison as page

    _save(path, page.report(comparison))


def _save(path: Path, page: bytes) -> None:
    from handwriting import report

    report.save(path, page)
    say(f"report    {printable(str(path))}")
