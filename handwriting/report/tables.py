"""Tables, and the sections of the confusion matrix and of the scores by class."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.metrics import Metrics
from handwriting.report.markup import Node, e
from handwriting.report.page import Section

MOST_CLASSES = 64
"""A matrix of more classes is unreadable, and the page would grow by its square."""
MOST_ERRORS = 8


def table(headings: Sequence[str], rows: Iterable[Sequence[Node]], kind: str = "") -> Element:
    """Return a table whose first column names its rows; it scrolls sideways in a narrow window."""
    head = e("tr", *(e("th", heading, scope="col") for heading in headings))
    body = (e("tr", e("th", name, scope="row"), *map(_cell, cells)) for name, *cells in rows)
    return e("div", e("table", e("thead", head), e("tbody", *body), class_=kind), class_="scroll")


def bar_cell(text: str, fraction: float) -> Element:
    """Return a cell with a bar under its text, whose length is a fraction of the cell's width."""
    return e("td", text, class_="fraction", style=f"--fraction: {100 * max(fraction, 0):.1f}%")


def confusion(metrics: Metrics) -> Section:
    """Return the most frequent errors and the confusion matrix; the more frequent an error, the darker its cell."""
    note = "A row for each true class, a column for each class read. The most frequent errors:"
    names, errors = metrics.class_names, metrics.most_confused(MOST_ERRORS)
    chips = (e("li", e("b", truth), " read as ", e("b", read), f" ({count:,})") for truth, read, count in errors)
    frequent = e("ul", *chips, class_="chips") if errors else e("p", "There are none.")
    if len(names) > MOST_CLASSES:
        too_large = e("p", f"The matrix of {len(names)} classes is too large to be read.")
        return Section("confusion", "Confusion matrix", note, [frequent, too_large])
    largest = errors[0][2] if errors else 1
    rows: Iterable[Sequence[Node]] = (
        [truth, *(_count(count, largest, truth, read) for read, count in zip(names, counts, strict=True))]
        for truth, counts in zip(names, metrics.confusion.tolist(), strict=True)
    )
    matrix = table(["true \\ read", *names], rows, "confusion")
    return Section("confusion", "Confusion matrix", note, [frequent, matrix])


def scores(metrics: Metrics) -> Section:
    """Return precision, recall, F1 and count of every class."""
    note = (
        "Precision: the fraction of the images read as the class that are of it. Recall: the fraction of the images of "
        "the class that are read as it. F1: the harmonic mean of the two."
    )
    rows: list[Sequence[Node]] = []
    for name, score in metrics.classes.items():
        values = (score.precision, score.recall, score.f1)
        # the bars begin at 0.5, since most scores are near 1
        rows.append([name, *(bar_cell(f"{value:.4f}", 2 * value - 1) for value in values), f"{score.count:,}"])
    return Section("classes", "Scores by class", note, [table(["class", "precision", "recall", "F1", "images"], rows)])


def _cell(node: Node) -> Element:
    return node if isinstance(node, Element) and node.tag == "td" else e("td", node)


def _count(count: int, largest: int, truth: str, read: str) -> Element:
    tooltip = f"{truth} read as {read}: {count:,}"
    if truth == read:
        return e("td", str(count), class_="right", title=tooltip)
    if not count:
        return e("td", "·", class_="none", title=tooltip)
    return e("td", str(count), class_="wrong", title=tooltip, style=f"--fraction: {15 + 70 * count / largest:.0f}%")
