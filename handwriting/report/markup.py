"""HTML and SVG as a tree, in which text from outside remains text.

    e("p", "read as ", e("b", name), class_="caption")        <p class="caption">read as <b>&lt;i&gt;</b></p>

`xml.etree.ElementTree` escapes every text and attribute when the tree is written; nothing here joins strings.
"""

from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

from handwriting.system.text import printable

Node: TypeAlias = Element | str | None


def e(tag: str, *content: Node, **attributes: str | float) -> Element:
    """Return an element with its content in order, in which None is left out.

    Attributes are named as in HTML, with `_` for `-` and after Python's keywords.
    """
    element = Element(tag, {name.strip("_").replace("_", "-"): _value(value) for name, value in attributes.items()})
    last: Element | None = None
    for node in content:
        if isinstance(node, Element):
            element.append(node)
            last = node
        elif node is not None and last is None:
            element.text = (element.text or "") + _visible(node)
        elif node is not None and last is not None:
            last.tail = (last.tail or "") + _visible(node)
    return element


def document(root: Element) -> bytes:
    """Return the whole page as UTF-8."""
    return b"<!DOCTYPE html>\n" + html(root).encode()


def html(root: Element) -> str:
    """Return an element as text."""
    return tostring(root, "unicode", method="html")


def _visible(text: str) -> str:
    return printable(text, keep="\n\u00a0")


def _value(value: str | float) -> str:
    return _visible(value) if isinstance(value, str) else f"{value:.5g}"
