"""The result of a sweep on standard output: as lines of text, or as JSON."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from handwriting.cli.terminal.console import fact, message
from handwriting.cli.terminal.data import write_json
from handwriting.report.formatting import percent
from handwriting_sweep.findings import Findings
from handwriting_sweep.record import BASE, Record
from handwriting_sweep.space import in_words, option
from handwriting_sweep.winner import RECIPE, Winner


def show(findings: Findings, winner: Winner, report: Path, format: str) -> None:
    """Print the base recipe, the best one, whether that is better, its test accuracy, and where all is."""
    if format == "json":
        write_json(as_json(findings, winner, report))
    else:
        _show_text(findings, winner)
    message(f"report    {report}")


def as_json(findings: Findings, winner: Winner, report: Path) -> dict[str, Any]:
    """Return the result as JSON values; accuracies are fractions."""
    best = findings.best
    return {
        "base": _trial(findings.base),
        "best": _trial(best),
        "beats_base": best is not None and not best.is_base,
        "test": {"accuracy": winner.test_accuracy, "interval": winner.interval, "count": winner.count},
        "importance": findings.importance,
        "recipe": asdict(findings.best_recipe),
        "dataset": findings.plan.opened.saved,
        "validated": findings.validated,
        "trials": [_trial(record) for record in findings.searched],
        "model": str(winner.path),
        "config": str(winner.path.with_name(RECIPE)),
        "report": str(report),
        "command": winner.command,
    }


def _show_text(findings: Findings, winner: Winner) -> None:
    base, best = findings.base, findings.best
    fact("trials", findings.counts().partition(": ")[2])
    if base:
        accuracy = base.state if base.accuracy is None else f"{percent(base.accuracy)} validation accuracy"
        fact("base", f"{accuracy}: {in_words(findings.plan.base_values())}")
    if best and best.accuracy is not None:
        fact("best", f"{percent(best.accuracy)} validation accuracy: {findings.best_in_words()}")
    fact("verdict", findings.verdict())
    low, high = winner.interval
    interval = f"95 % interval {percent(low)} to {percent(high)}"
    fact("test", f"{percent(winner.test_accuracy)} test accuracy of the best ({interval})")
    if findings.importance:
        fact("matters", ", ".join(f"{option(name)} {percent(x, 0)}" for name, x in findings.importance.items()))
    fact("model", winner.path)
    fact("again", winner.command)
    if best and winner.validation_accuracy not in (None, best.accuracy):
        accuracy = percent(winner.validation_accuracy or 0.0)
        message(f"NOTE: trained here, the best recipe has {accuracy} validation accuracy: its worker rounds otherwise")


def _trial(record: Record | None) -> dict[str, Any] | None:
    """Return a trial as JSON values; a base recipe that is none of the search space has no number."""
    if record is None:
        return None
    return asdict(record) | {"number": None if record.number == BASE else record.number}
