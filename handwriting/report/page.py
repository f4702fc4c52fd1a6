"""The page around the sections: title, key figures, links, style, and a policy by which browsers load nothing."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TypeAlias
from xml.etree.ElementTree import Element

from handwriting import __version__
from handwriting.report.markup import Node, document, e

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

KeyFigure: TypeAlias = tuple[str, str, str]
"""A number at the top of the page: its name, its value, a remark."""


@dataclass(frozen=True)
class Section:
    """A section: the anchor for links to it, its heading, a note on how to read it, its content."""

    anchor: str
    heading: str
    note: str
    content: Sequence[Node]


def page(title: str, lead: str, figures: Iterable[KeyFigure], sections: Sequence[Section]) -> bytes:
    """Return the HTML file."""
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
                e("header", e("h1", title), e("p", lead), e("dl", *map(_key_figure, figures), class_="key-figures")),
                e("nav", *links, aria_label="Sections"),
                e("main", *map(_section, sections)),
                e("footer", e("p", f"Made by handwriting {__version__} on {time.strftime('%d %B %Y at %H:%M %Z')}.")),
            ),
            lang="en",
        )
    )


def _key_figure(figure: KeyFigure) -> Element:
    name, value, remark = figure
    return e("div", e("dt", name), e("dd", e("b", _unbroken(value)), e("small", _unbroken(remark))))


def _section(section: Section) -> Element:
    note = e("p", _unbroken(section.note), class_="note") if section.note else None
    return e("section", e("h2", section.heading), note, *section.content, id=section.anchor)


def _unbroken(text: str) -> str:
    """Return text in which no line begins with a percent sign."""
    return text.replace(" %", "\u00a0%")
