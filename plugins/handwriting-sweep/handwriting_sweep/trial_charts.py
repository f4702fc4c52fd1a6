"""The charts of a sweep: validation accuracy by trial, by epoch, and by each setting.

Trials that did not come to their end are drawn quietly, with the accuracy of their last epoch.
"""

import textwrap
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from handwriting.report.charts import LEFT, RIGHT, WIDTH, Axis, Frame, dot, figure, line, vertical
from handwriting.report.formatting import percent
from handwriting.report.markup import Node, e
from handwriting.report.page import Section
from handwriting_sweep.findings import Findings
from handwriting_sweep.record import Record
from handwriting_sweep.space import Choices, Range, Value, in_words, option, written
from handwriting_sweep.view import result, title

MARGIN = 0.08
"""Space above and below the accuracies, as a fraction of their range."""
LABEL_WIDTH = 48
"""Characters that fit below a chart, for the names of all choices."""


def course(findings: Findings) -> Section | None:
    """Return the accuracy of the trials in the order of their numbers, and by epoch."""
    if not any(record.accuracies for record in findings.searched) or findings.best is None:
        return None
    charts = [_by_number(findings), _by_epoch(findings, findings.best)]
    note = f"{_note(findings)} The lines are the best so far, and the learning curve of the best trial."
    return Section("course", "Course of the search", note, [e("div", *charts, class_="charts")])


def by_setting(findings: Findings) -> Section | None:
    """Return a chart for each setting that is searched, of the accuracy of the trials by its value."""
    shown = [record for record in findings.searched if record.last is not None]
    if not shown:
        return None
    charts = [_of_setting(findings, name, searched, shown) for name, searched in findings.plan.space.items()]
    return Section("settings", "Accuracy by setting", _note(findings), [e("div", *charts, class_="charts")])


def _by_number(findings: Findings) -> Element:
    """Return a dot for each trial, and the best accuracy so far as a line."""
    shown = [record for record in findings.searched if record.last is not None]
    numbers = [record.number for record in shown]
    frame = _frame(findings, _axis(min(numbers) - 0.5, max(numbers) + 0.5, whole=True), "trial", "{:g}".format)
    best, steps = 0.0, []
    for record in shown:
        if record.accuracy is not None:
            best = max(best, record.accuracy)
            steps.append((float(record.number), _inside(frame, best)))
    marks = [line(frame, steps)] if len(steps) > 1 else []
    marks += [_dot(frame, record.number, record) for record in shown]
    words = f"Validation accuracy of {len(shown)} trials, the best {percent(best)}"
    return figure(frame, ["Validation accuracy", e("b", percent(best))], words, *marks)


def _by_epoch(findings: Findings, best: Record) -> Element:
    """Return the learning curves of all trials, that of the best one above the others."""
    shown = [record for record in findings.records if record.accuracies]
    longest = max(len(record.accuracies) for record in shown)
    frame = _frame(findings, _axis(1.0, float(max(longest, 2)), whole=True), "epoch", "{:g}".format)
    quiet = [_curve(frame, record, "var(--quiet)", 1.0) for record in shown if record.accuracy is None]
    done = [record for record in shown if record.accuracy is not None and record is not best]
    others = [_curve(frame, record, "var(--bar)", 1.25) for record in done]
    words = f"Validation accuracy by epoch of {len(shown)} trials"
    caption: Sequence[Node] = ["Learning curves", e("b", title(best.number))]
    return figure(frame, caption, words, *quiet, *others, _curve(frame, best, "var(--line)", 2.5))


def _of_setting(findings: Findings, name: str, searched: Range | Choices, shown: Sequence[Record]) -> Element:
    if isinstance(searched, Choices):
        texts = searched.texts
        axis, text = _axis(-0.5, len(texts) - 0.5, whole=True), _of_choices(texts)

        def place(value: Value) -> float:
            return float(texts.index(str(value)))
    else:
        axis, text = _axis(searched.low, searched.high, searched.is_logarithmic, searched.whole), "{:g}".format

        def place(value: Value) -> float:
            return float(value)

    frame = _frame(findings, axis, option(name), text)
    marks = [_dot(frame, place(record.values[name]), record) for record in shown]
    best = findings.best
    value = "" if best is None else written(best.values[name])
    return figure(frame, [option(name), e("b", value)], f"Validation accuracy by {option(name)}", *marks)


def _of_choices(texts: Sequence[str]) -> Callable[[float], str]:
    """Return what writes the name of a choice below its place on an axis, shortened if they are many."""
    width = max(LABEL_WIDTH // len(texts), 4)
    return lambda place: textwrap.shorten(texts[round(place)], width, placeholder="…") or "(default)"


def _frame(findings: Findings, x: Axis, name: str, text: Callable[[float], str]) -> Frame:
    """Return a frame in which the better half of the trials can be told from each other.

    The axis begins below the median of the trials that came to their end; worse ones lie on its edge.
    """
    done = sorted(record.accuracy for record in findings.records if record.accuracy is not None)
    best, median = (done[-1], done[len(done) // 2]) if done else (1.0, 0.0)
    low = max(done[0] if done else 0.0, best - 3 * (best - median)) if best > median else 0.0
    margin = MARGIN * (best - low) or 0.01
    y = vertical(max(low - margin, 0.0), min(best + margin, 1.0))
    return Frame(x, y, name, text, lambda value: f"{100 * value:.4g}\u00a0%")


def _axis(low: float, high: float, logarithmic: bool = False, whole: bool = False) -> Axis:
    return Axis(low, high, LEFT, WIDTH - RIGHT, logarithmic, whole)


def _dot(frame: Frame, place: float, record: Record) -> Element:
    mark = dot(frame, place, _inside(frame, record.last or 0.0), _told(record))
    if record.accuracy is None:
        mark.set("class", "dot quiet")
    return mark


def _curve(frame: Frame, record: Record, colour: str, width: float) -> Element:
    points = [(float(epoch), _inside(frame, accuracy)) for epoch, accuracy in enumerate(record.accuracies, 1)]
    mark = line(frame, points)
    if len(points) > 1:
        mark.set("style", f"stroke: {colour}; stroke-width: {width}")
    else:
        mark.set("style", f"fill: {colour}")
    mark.append(e("title", _told(record)))
    return mark


def _told(record: Record) -> str:
    return f"{title(record.number)}: {result(record)}; {in_words(record.values)}"


def _inside(frame: Frame, accuracy: float) -> float:
    """Return an accuracy, or the lower end of the axis if it lies below."""
    return max(accuracy, frame.y.low)


def _note(findings: Findings) -> str:
    quiet = any(record.accuracy is None for record in findings.records)
    told = " Trials that did not come to their end are grey, at the accuracy of their last epoch." if quiet else ""
    return f"Each dot or curve is a trial; those below the axis lie on its edge.{told}"
