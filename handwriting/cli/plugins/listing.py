"""`hwr plugins list`: all that is registered, from metadata and source text alone."""

from typing import TYPE_CHECKING

import click

from handwriting.cli import next_steps, options

if TYPE_CHECKING:
    from handwriting.registry.listings import Listing

ALIGNED_WIDTH = 60
"""Columns of a terminal on which the summaries are aligned."""


@click.command("list")
@options.output_format("json")
@options.common
def show_list(format: str) -> None:
    """List what is built in or installed, without importing any of it.

    Name clashes, damaged metadata, and metadata that is left of a removed package are marked.
    """
    from handwriting.cli.terminal import rows
    from handwriting.cli.terminal.console import terminal_width
    from handwriting.cli.terminal.data import write_json
    from handwriting.registry import listings

    found = listings.listings()
    if format == "json":
        written = [x.entry._asdict() | {"summary": x.summary, "marks": x.marks} for x in found]
        write_json(written, indent=2)
    elif width := terminal_width():
        _show_groups(found, width)
    else:
        headings = ("kind", "name", "distribution", "version", "about")
        parts = [(x.entry.kind, x.entry.name, x.entry.distribution, x.entry.version, about(x)) for x in found]
        rows.write([headings, *parts])
    next_steps.show()


def _show_groups(found: "list[Listing]", width: int) -> None:
    """Print the parts by kind and origin, each with its summary."""
    from handwriting.cli.terminal.console import write

    groups: dict[str, list[Listing]] = {}
    for listing in found:
        groups.setdefault(_heading(listing), []).append(listing)
    longest = max(len(listing.entry.name) for listing in found) if width >= ALIGNED_WIDTH else 2
    for heading, parts in groups.items():
        write(heading)
        for listing in parts:
            write(f"  {listing.entry.name:<{longest}}  {about(listing)}", indent=4 + longest)


def _heading(listing: "Listing") -> str:
    from handwriting.registry.entry_points import PLURALS

    entry = listing.entry
    return f"{PLURALS[entry.kind]}, " + ("built in" if entry.built_in else f"from {entry.distribution} {entry.version}")


def about(listing: "Listing") -> str:
    """Return what is wrong with a part, and its summary."""
    return "; ".join(filter(None, [*(f"! {mark}" for mark in listing.marks), listing.summary]))
