"""How a report gets to where it was asked for."""

from pathlib import Path

from handwriting import report
from handwriting.cli.console import printable, say
from handwriting.report import evaluation
from handwriting.report.subject import Subject


def write_report(path: Path, subject: Subject) -> None:
    """Write the report on one model; raises `HandwritingError` where that fails."""
    report.save(path, evaluation.report(subject))
    say(f"report    {printable(str(path))}")
