"""`hwr plugins show NAME`: one part, as its author describes it."""

import click

from handwriting.cli import options


@click.command()
@click.argument("name")
@options.common
def show(name: str) -> None:
    """Describe a part: where it comes from, what it does, and its settings with their types and defaults."""
    import inspect

    from handwriting.cli.console import printable
    from handwriting.cli.plugins import rows
    from handwriting.registry import entry_points, listings, settings

    entry = entry_points.find(entry_points.KINDS, name)
    part = entry_points.load_entry(entry)
    written = settings.written(part)
    notes = listings.field_notes(part)
    click.echo(printable(str(entry)))
    text = inspect.cleandoc(part.__doc__ or "")
    if text and not text.startswith(f"{part.__name__}("):  # what dataclasses write where the author wrote nothing
        click.echo("\n" + "\n".join(map(printable, text.splitlines())))
    click.echo("\nsettings" if written else "\nno settings")
    if written:
        rows.write([("", line, notes.get(setting, "")) for setting, line in written.items()])
