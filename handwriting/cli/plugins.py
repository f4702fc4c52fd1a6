"""`hwr plugins`: what is installed."""

import click

from handwriting.cli import options


@click.command()
@options.output_format("json")
@options.common
def plugins(form: str) -> None:
    """List activations, layers, optimizers and datasets, built in or installed, without importing any."""
    import dataclasses
    import json

    from handwriting import registry

    entries = registry.entries()
    if form == "json":
        click.echo(json.dumps([dataclasses.asdict(entry) for entry in entries], indent=2))
        return
    rows = [("kind", "name", "distribution", "version")]
    rows += [(entry.kind, entry.name, entry.distribution, entry.version) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
