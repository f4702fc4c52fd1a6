"""Tables: the confusion matrix, and the scores class by class."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.metrics import Metrics
from handwriting.report.markup import Node, e
from handwriting.report.words import called

MOST_CLASSES = 64
"""From this many classes on nobody can read the matrix, and the page would grow by its square."""
MOST_PAIRS = 8


def table(headings: Sequence[str], rows: Iterable[Sequence[Node]], kind: str = "") -> Element:
    """Return a table whose first column names its rows; it can be moved sideways where the window is narrow."""
    head = e("tr", *(e("th", heading, scope="col") for heading in headings))
    body = (e("tr", e("th", name, scope="row"), *(_cell(node) for node in rest)) for name, *rest in rows)
    return e("div", e("table", e("thead", head), e("tbody", *body), class_=kind), class_="scroll")


def confusion(judged: Metrics) -> Element:
    """Return the matrix: a row for what the pictures are, a column for what was read; the commoner, the darker."""
    if len(judged.class_names) > MOST_CLASSES:
        return e("p", f"With {len(judged.class_names)} classes the matrix is too large to be read.")
    counts = judged.confusion
    wrong = counts.copy()
    wrong[range(len(wrong)), range(len(wrong))] = 0
    worst = max(int(wrong.max()), 1)
    names = [called(name) for name in judged.class_names]
    rows: Iterable[Sequence[Node]] = (
        [name, *(_count(int(count), i == j, worst, name, names[j]) for j, count in enumerate(counts[i]))]
        for i, name in enumerate(names)
    )
    return table(["is \\ read as", *names], rows, "confusion")


def most_confused(judged: Metrics) -> Element:
    """Return the commonest errors in words."""
    pairs = judged.most_confused(MOST_PAIRS)
    if not pairs:
        return e("p", "Nothing was confused.")
    said = (
        e("li", e("b", called(truth)), " read as ", e("b", called(read)), f" ({count:,})")
        for truth, read, count in pairs
    )
    return e("ul", *said, class_="chips")


def by_class(judged: Metrics) -> Element:
    """Return precision, recall, F1 and count of every class."""
    rows: Iterable[Sequence[Node]] = (
        [called(name), *(_share(value) for value in (score.precision, score.recall, score.f1)), f"{score.count:,}"]
        for name, score in judged.classes.items()
    )
    return table(["class", "precision", "recall", "F1", "pictures"], rows)


def _cell(node: Node) -> Element:
    return node if isinstance(node, Element) and node.tag == "td" else e("td", node)


def _count(count: int, right: bool, worst: int, truth: str, read: str) -> Element:
    words = f"{truth} read as {read}: {count:,}"
    if right:
        return e("td", str(count), class_="right", title=words)
    if not count:
        return e("td", "·", class_="none", title=words)
    return e("td", str(count), class_="wrong", title=words, style=f"--share: {15 + 70 * count / worst:.0f}%")


def _share(value: float) -> Element:
    """A share with a bar: what it lacks of 1 is what one looks for, so the bar begins at a half."""
    return e("td", f"{value:.4f}", class_="share", style=f"--share: {max(0.0, 200 * value - 100):.1f}%")
