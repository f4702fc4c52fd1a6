"""The shell of every page: title, style, and a policy by which a browser refuses to load anything from anywhere."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from xml.etree.ElementTree import Element

from handwriting import __version__
from handwriting.report.markup import Node, document, e

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Section:
    """A part of the page: the name by which links find it, its heading, a sentence on how to read it, what it shows."""

    anchor: str
    heading: str
    words: str
    content: Sequence[Node]


def page(title: str, lead: str, head: Element, sections: Sequence[Section]) -> bytes:
    """Return a page as a file of HTML."""
    style = resources.files("handwriting").joinpath("report", "style.css").read_text("utf-8")
    links = (e("a", section.heading, href=f"#{section.anchor}") for section in sections)
    return document(
        e(
            "html",
            e(
                "head",
                e("meta", charset="utf-8"),
                e("meta", http_equiv="Content-Security-Policy", content=POLICY),
                e("meta", name="viewport", content="width=device-width, initial-scale=1"),
                e("meta", name="color-scheme", content="light dark"),
                e("title", title),
                e("link", rel="icon", href="data:,"),
                e("style", style),
            ),
            e(
                "body",
                e("header", e("h1", title), e("p", lead), head),
                e("nav", *links, aria_label="Sections"),
                e("main", *map(_section, sections)),
                e("footer", e("p", f"Made by handwriting {__version__} on {time.strftime('%d %B %Y at %H:%M %Z')}.")),
            ),
            lang="en",
        )
    )


def _section(section: Section) -> Element:
    return e(
        "section",
        e("h2", section.heading),
        e("p", section.words, class_="note") if section.words else None,
        *section.content,
        id=section.anchor,
    )
