"""The file of --report, which is imported only if one is asked for."""

from pathlib import Path

from handwriting.cli.terminal.console import message
from handwriting.evaluation.comparison import Comparison
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.system.storage import replacing


def write_report(path: Path, result: EvaluatedModel | Comparison) -> None:
    """Write the report on one model or on several; raises `HandwritingError` if that fails."""
    from handwriting.report.comparison_page import comparison_page
    from handwriting.report.model_page import model_page

    page = comparison_page(result) if isinstance(result, Comparison) else model_page(result)
    with replacing(path) as file:
        file.write(page)
    message(f"report    {path}")
