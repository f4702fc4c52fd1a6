"""The gallery: pictures that were read wrong, each with what was read and how surely."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Images
from handwriting.report import pictures
from handwriting.report.markup import e
from handwriting.report.words import called, percent

MOST = 48
"""Mistakes that are shown; who looks at these has seen of what kind they are."""


def gallery(mistakes: Sequence[Mistake], images: Images) -> Element:
    """Return the first `MOST` of the mistakes about the pictures (n, 28, 28)."""
    return e("div", *(_card(mistake, images) for mistake in mistakes[:MOST]), class_="gallery")


def _card(mistake: Mistake, images: Images) -> Element:
    truth, read = called(mistake.truth), called(mistake.read)
    words = f"a {truth} that was read as {read}"
    return e(
        "figure",
        pictures.digit(images[mistake.position], words),
        e(
            "figcaption",
            e("span", e("span", "read ", e("b", read, class_="bad")), percent(mistake.confidence, 1)),
            e("span", e("span", "is ", e("b", truth)), percent(mistake.confidence_in_truth, 1)),
            e("small", f"no. {mistake.position:,}"),
        ),
    )
