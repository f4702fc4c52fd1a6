"""Descriptions of parts from the source text of their modules, of which only what is needed is parsed."""

from pathlib import Path

import pytest

from handwriting.registry import listings
from tests.helpers.plugin_factory import Site

UNUSUAL = '''
"""A module."""
@click.command(
    "odd",
    help="""Not this text.""",
)
@options.common
def odd(
    path: str = "def odd():",
    limit: int = 3,
) -> None:
    """What it does.

    def odd(): more about it.
    """
    print("""
def odd
""")
'''
SOURCES = {
    UNUSUAL: "What it does.",
    "class odd:\n    'In one line.'  # and a remark\n    size = 1\n": "In one line.",
    "class odd: 'Behind the name.'\n": "Behind the name.",
    "def odd():\n    'The first.'\n\ndef odd():\n    'The second.'\n": "The second.",
    "@click.command(help='Of the decorator.')\ndef odd():\n    x = 1\n    'not this'\n": "Of the decorator.",
    "def odd():\n    return 1\n\ndef other():\n    'Another one.'\n": "",
    "def odder():\n    'Another one.'\nodd = odder\n": "",
    "# coding: latin-1\ndef odd():\n    'H\u00e9.'\n": "H\u00e9.",
    "def odd():\n    'Text.'\n\nthis is not Python\n": "Text.",
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_summary_is_found_in_the_source_text(site: Site, source: str) -> None:
    site.install("odd-things", {"commands": {"odd": "odd_module:odd"}})
    Path(site.folder, "odd_module.py").write_bytes(source.encode("latin-1" if "latin-1" in source else "utf-8"))
    site.refresh()
    (found,) = (x for x in listings.listings("command") if x.entry.name == "odd")
    assert found.summary == SOURCES[source]
    assert found.marks == ()
