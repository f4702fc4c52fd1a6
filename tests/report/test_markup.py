"""Markup: text from outside is escaped."""

from handwriting.report.markup import document, e
from tests.helpers.reports import HOSTILE, Page


def test_text_and_attributes_are_escaped_and_elements_kept() -> None:
    made = document(e("p", "a < b & c", e("b", HOSTILE), "behind", title=HOSTILE, class_="x", data_size=0.123456789))
    page = Page(made)
    assert page.tags == ["p", "b"]
    assert page.text.strip() == f"a < b & c{HOSTILE}behind"
    assert page.attributes == [("p", "title", HOSTILE), ("p", "class", "x"), ("p", "data-size", "0.12346")]
