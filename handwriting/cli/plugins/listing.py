"""`hwr plugins list`: everything that is registered, from metadata and source text alone."""

import click

from handwriting.cli import options


@click.command("list")
@options.output_format("json")
@options.common
def show_list(form: str) -> None:
    """List what is built in or installed, without importing any of it.

    Marked are clashes (a name that others have, too) and stale metadata (of a package that is gone).
    """
    import dataclasses
    import json

    from handwriting.cli.plugins import rows
    from handwriting.registry import listings

    found = listings.listings()
    if form == "json":
        written = [dataclasses.asdict(x.entry) | {"summary": x.summary, "marks": x.marks} for x in found]
        click.echo(json.dumps(written, indent=2))
        return
    table = [("kind", "name", "distribution", "version", "about")]
    for listing in found:
        entry, about = listing.entry, "; ".join((*(f"! {mark}" for mark in listing.marks), listing.summary))
        table.append((entry.kind, entry.name, entry.distribution, entry.version, about.removesuffix("; ")))
    rows.write(table)
