"""Markup: HTML and SVG as a tree, so that text from outside can't become anything but text.

    e("p", "read as ", e("b", name), class_="caption")        <p class="caption">read as <b>&lt;i&gt;</b></p>

The standard library's tree escapes every text and every attribute when it is written out; nothing here joins strings.
"""

from xml.etree.ElementTree import Element, tostring

Node = Element | str | None
SPACES = "\n\u00a0"
"""What may stand in a text although Python does not call it printable."""


def e(tag: str, *inside: Node, **attributes: str | float) -> Element:
    """Return an element with what is `inside` it, one behind the other; None stands for nothing.

    Attributes are named as in HTML, with `_` for `-` and behind names that Python keeps for itself.
    """
    made = Element(tag, {name.strip("_").replace("_", "-"): _written(value) for name, value in attributes.items()})
    last: Element | None = None
    for node in inside:
        if isinstance(node, str):
            if last is None:
                made.text = (made.text or "") + visible(node)
            else:
                last.tail = (last.tail or "") + visible(node)
        elif node is not None:
            made.append(node)
            last = node
    return made


def document(root: Element) -> bytes:
    """Return the whole page, UTF-8."""
    return b"<!DOCTYPE html>\n" + tostring(root, "unicode", method="html").encode()


def visible(text: str) -> str:
    """Return text with what no eye can see (control characters, half characters of odd file names) spelt out."""
    return "".join(c if c.isprintable() or c in SPACES else f"\\x{ord(c):02x}" for c in text)


def _written(value: str | float) -> str:
    return visible(value) if isinstance(value, str) else f"{value:.5g}"
