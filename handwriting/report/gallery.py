"""Galleries of captioned images, and the section of the mistakes."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Images
from handwriting.report import png
from handwriting.report.formatting import percent
from handwriting.report.markup import e
from handwriting.report.page import Section

MOST_IMAGES = 48


def section(mistakes: Sequence[Mistake], images: Images) -> Section:
    """Return the first of the mistakes, whose positions are those of images (n, 28, 28)."""
    if not mistakes:
        return Section("mistakes", "Mistakes", "", [e("p", "No image is misread.")])
    shown = mistakes[:MOST_IMAGES]
    which = "The worst" if len(shown) < len(mistakes) else "All"
    note = (
        f"{which} {len(shown):,} of {len(mistakes):,}: the class read and the true class, with the confidence in each."
    )
    cards = (
        card(images[m.position], m.position, m.truth,
             [("read", m.read, m.confidence), ("true", m.truth, m.confidence_in_truth)])
        for m in shown
    )  # fmt: skip
    return Section("mistakes", "Mistakes", note, [e("div", *cards, class_="gallery")])


def card(image: Images, position: int, truth: str, lines: Iterable[tuple[str, str, float | None]]) -> Element:
    """Return an image (28, 28) with its position and a caption of lines (label, class, confidence in it).

    Classes other than the true one stand out.
    """
    caption = (
        e(
            "span",
            e("span", f"{label} ", e("b", name) if name == truth else e("b", name, class_="bad")),
            None if confidence is None else percent(confidence, 1),
        )
        for label, name, confidence in lines
    )
    return e("figure", png.digit(image, f"a {truth}"), e("figcaption", *caption, e("small", f"no. {position:,}")))
