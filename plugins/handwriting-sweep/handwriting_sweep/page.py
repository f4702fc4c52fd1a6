"""The report page of a sweep, in the style of the other reports of hwr: one HTML file that works offline."""

from collections.abc import Iterator, Sequence

from handwriting.evaluation.metrics import wilson_interval
from handwriting.report.formatting import counted, duration, percent
from handwriting.report.markup import Node, e
from handwriting.report.page import KeyFigure, Section, page
from handwriting.report.tables import bar_cell, table
from handwriting_sweep import trial_charts
from handwriting_sweep.findings import Findings
from handwriting_sweep.record import Record
from handwriting_sweep.space import Value, option, written
from handwriting_sweep.view import result, title
from handwriting_sweep.winner import Winner


def sweep_page(findings: Findings, winner: Winner) -> bytes:
    """Return the report as an HTML file."""
    sections = (
        _winner(findings, winner), _importance(findings), trial_charts.course(findings),
        trial_charts.by_setting(findings), _trials(findings),
    )  # fmt: skip
    plan = findings.plan
    lead = " · ".join(f"{option(name)}={searched}" for name, searched in plan.space.items())
    heading = f"Sweep of {counted(len(findings.searched), 'trial')} on {plan.opened.name}"
    return page(heading, lead, _key_figures(findings, winner), [section for section in sections if section])


def _key_figures(findings: Findings, winner: Winner) -> Iterator[KeyFigure]:
    best, base = findings.best, findings.base
    if best and best.accuracy is not None:
        low, high = wilson_interval(best.accuracy, findings.validated)
        yield "best validation accuracy", percent(best.accuracy), f"95 % interval {percent(low)} to {percent(high)}"
    if base and base.accuracy is not None:
        yield "the base recipe", percent(base.accuracy), "validation accuracy"
    low, high = winner.interval
    yield "test accuracy", percent(winner.test_accuracy), f"95 % interval {percent(low)} to {percent(high)}"
    yield "trials", f"{len(findings.searched):,}", findings.counts().partition(": ")[2]
    yield "training", duration(sum(record.seconds for record in findings.records)), "sum of all trials"


def _winner(findings: Findings, winner: Winner) -> Section:
    note = (
        f"{findings.verdict()[0].upper()}{findings.verdict()[1:]}. The best of several trials owes part of its "
        "validation accuracy to chance; only the test accuracy, for which nothing was chosen, is free of that."
    )
    best, base = findings.best, findings.plan.base_values()
    values = base if best is None or best.is_base else best.values
    rows: list[Sequence[Node]] = [
        [option(name), written(base[name]), e("b", written(values[name]))] for name in findings.plan.space
    ]
    again = e("p", "This command trains it again:", class_="note")
    return Section(
        "winner", "Winner", note, [table(["setting", "base", "best"], rows), again, e("pre", winner.command)]
    )


def _importance(findings: Findings) -> Section:
    note = (
        "How much each setting decides whether a trial is among the best, by PED-ANOVA (Watanabe, Bansal and Hutter "
        "2023), of the trials that came to their end."
    )
    if not findings.importance:
        return Section("importance", "Importance", "", [e("p", "It takes ten finished trials to tell.", class_="note")])
    most = max(findings.importance.values()) or 1.0
    rows: list[Sequence[Node]] = [
        [option(name), bar_cell(percent(part, 0), part / most)] for name, part in findings.importance.items()
    ]
    return Section("importance", "Importance", note, [table(["setting", "importance"], rows)])


def _trials(findings: Findings) -> Section:
    note = "The best first; trials that did not come to their end follow, by the accuracy of their last epoch."
    names = list(findings.plan.space)
    order = sorted(findings.records, key=lambda record: (record.accuracy is None, -(record.last or 0.0)))
    rows = [[title(record.number), *_cells(record, names)] for record in order]
    headings = ["", "validation accuracy", "epochs", *map(option, names), "time"]
    return Section("trials", "All trials", note, [table(headings, rows)])


def _cells(record: Record, names: Sequence[str]) -> list[Node]:
    accuracy = result(record) + (" (the base recipe)" if record.is_base else "")
    values = [_value(name, record.values) for name in names]
    return [accuracy, str(len(record.accuracies)), *values, duration(record.seconds)]


def _value(name: str, values: dict[str, Value]) -> str:
    return written(values[name]) if name in values else ""
