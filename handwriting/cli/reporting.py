"""How a report gets to where it was asked for; the pages' makers are imported only where one is."""

from pathlib import Path

from handwriting.cli.console import printable, say
from handwriting.evaluation.comparison import Contest
from handwriting.evaluation.subject import Subject


def write_report(path: Path, subject: Subject) -> None:
    """Write the report on one model; raises `HandwritingError` where that fails."""
    from handwriting.report import evaluation

    _save(path, evaluation.report(subject))


def write_comparison(path: Path, contest: Contest) -> None:
    """Write the report on several models; raises `HandwritingError` where that fails."""
    from handwriting.report import comparison

    _save(path, comparison.report(contest))


def _save(path: Path, page: bytes) -> None:
    from handwriting import report

    report.save(path, page)
    say(f"report    {printable(str(path))}")
