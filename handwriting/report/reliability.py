"""The reliability diagram: how often readings are right, against how sure the network was of them."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.calibration import Bin
from handwriting.report.charts import Frame, bar, chart, horizontal, line, vertical
from handwriting.report.markup import e
from handwriting.report.words import percent


def diagram(bins: Sequence[Bin]) -> list[Element]:
    """Return the diagram, and how many readings are how sure; both have the confidence across."""
    return [_rightness(bins), _counts(bins)]


def _rightness(bins: Sequence[Bin]) -> Element:
    frame = Frame(horizontal(0, 1), vertical(0, 1), "confidence", _short, _short)
    bars = [bar(frame, b.low, b.high, b.accuracy, "bar", _words(b)) for b in bins if b.count]
    gaps = [line(frame, [(b.low, b.confidence), (b.high, b.confidence)], "gap") for b in bins if b.count]
    perfect = line(frame, [(0, 0), (1, 1)], "perfect")
    words = "Share of readings that are right, by confidence"
    return e("figure", e("figcaption", words), chart(frame, words, *bars, perfect, *gaps))


def _counts(bins: Sequence[Bin]) -> Element:
    """Most readings are very sure, so the counts stand on a logarithmic axis."""
    most = max(b.count for b in bins)
    frame = Frame(
        horizontal(0, 1), vertical(0.7, max(most * 1.3, 10), logarithmic=True), "confidence", _short, lambda n: f"{n:g}"
    )
    bars = [bar(frame, b.low, b.high, b.count, "bar quiet", _words(b)) for b in bins if b.count]
    words = "Readings by confidence"
    return e("figure", e("figcaption", words), chart(frame, words, *bars))


def _short(share: float) -> str:
    return f"{100 * share:.3g}\u00a0%"


def _words(b: Bin) -> str:
    return f"{b.count:,} readings, {percent(b.confidence, 1)} sure on average, {percent(b.accuracy, 1)} right"
