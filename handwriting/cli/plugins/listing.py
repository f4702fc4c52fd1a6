"""`hwr plugins list`: all that is registered, from metadata and source text alone."""

import click

from handwriting.cli import options


@click.command("list")
@options.output_format("json")
@options.common
def show_list(format: str) -> None:
    """List what is built in or installed, without importing any of it.

    Name clashes, and metadata that is left of a removed package, are marked.
    """
    import dataclasses
    import json

    from handwriting.cli.plugins import rows
    from handwriting.registry import listings

    found = listings.listings()
    if format == "json":
        written = [dataclasses.asdict(x.entry) | {"summary": x.summary, "marks": x.marks} for x in found]
        click.echo(json.dumps(written, indent=2))
        return
    table = [("kind", "name", "distribution", "version", "about")]
    for listing in found:
        entry, marks = listing.entry, [f"! {mark}" for mark in listing.marks]
        about = "; ".join(filter(None, [*marks, listing.summary]))
        table.append((entry.kind, entry.name, entry.distribution, entry.version, about))
    rows.write(table)
