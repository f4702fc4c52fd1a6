"""The section of the reliability diagram: accuracy by confidence, and how frequent each confidence is."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.calibration import Bin, reliability
from handwriting.evaluation.evaluate import Evaluation
from handwriting.report.charts import Frame, bar, figure, horizontal, line, vertical
from handwriting.report.formatting import percent
from handwriting.report.markup import e
from handwriting.report.page import Section


def section(evaluation: Evaluation) -> Section:
    """Return the diagram, and beside it the number of readings by confidence."""
    note = (
        "Of the readings with a confidence of 90 %, 90 % should be right: bars should end at the dashed line. Short "
        f"lines mark the mean confidence. Expected calibration error: {percent(evaluation.metrics.calibration_error)}."
    )
    bins = [b for b in reliability(evaluation.confidences, evaluation.labels) if b.count]
    charts = e("div", _accuracies(bins), _counts(bins), class_="charts")
    return Section("reliability", "Reliability", note, [charts])


def _accuracies(bins: Sequence[Bin]) -> Element:
    words = "Accuracy by confidence"
    frame = Frame(horizontal(0, 1), vertical(0, 1), "confidence", _short, _short)
    bars = [bar(frame, b.low, b.high, b.accuracy, "bar", _tooltip(b)) for b in bins]
    means = [line(frame, [(b.low, b.confidence), (b.high, b.confidence)], "mean") for b in bins]
    return figure(frame, [words], words, *bars, line(frame, [(0, 0), (1, 1)], "perfect"), *means)


def _counts(bins: Sequence[Bin]) -> Element:
    """Most confidences are near 1, so the axis of the counts is logarithmic."""
    words = "Number of readings by confidence"
    most = max(b.count for b in bins)
    y_axis = vertical(0.7, max(most * 1.3, 10), logarithmic=True)
    frame = Frame(horizontal(0, 1), y_axis, "confidence", _short, "{:g}".format)
    return figure(frame, [words], words, *(bar(frame, b.low, b.high, b.count, "bar quiet", _tooltip(b)) for b in bins))


def _short(fraction: float) -> str:
    return f"{100 * fraction:.3g}\u00a0%"


def _tooltip(b: Bin) -> str:
    return f"{b.count:,} readings: mean confidence {percent(b.confidence, 1)}, accuracy {percent(b.accuracy, 1)}"
