"""`hwr plugins show NAME`: a part as its author describes it, or what a distribution registers."""

from typing import TYPE_CHECKING

import click

from handwriting.cli import completion, next_steps, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handwriting.registry.entry_points import Entry


@click.command()
@click.argument("name", metavar="NAME|DISTRIBUTION", shell_complete=completion.all_parts)
@options.kind
@options.common
def show(name: str, kind: str | None) -> None:
    """Describe a part: its origin, its purpose and its settings.

    The settings are shown with their types and defaults. A name that parts of several kinds have shows all of them,
    unless --kind chooses one. The name of a distribution shows what it registers.
    """
    from handwriting.registry import entry_points

    kinds = entry_points.chosen_kinds(kind)
    named = [one for one in kinds if entry_points.registers(one, name)]
    registered = [entry for entry in entry_points.of_distribution(name) if entry.kind in kinds or kind is None]
    if registered and not named:
        _show_distribution(registered)
        return
    for found in [entry_points.find(one, name) for one in named] or [entry_points.find(kinds, name)]:
        _show_part(found)
    next_steps.show()


def _show_distribution(registered: "Sequence[Entry]") -> None:
    from handwriting.cli.plugins.listing import about
    from handwriting.cli.terminal.console import write
    from handwriting.registry import listings

    write(f"{registered[0].distribution} {registered[0].version}")
    for entry in registered:
        write(f"  {entry.kind} {entry.name!r}  {about(listings.describe(entry))}", indent=4)


def _show_part(entry: "Entry") -> None:
    import inspect
    from itertools import groupby

    from handwriting.cli.terminal.console import write, write_whole
    from handwriting.registry import loading, settings

    part_class = loading.load_entry(entry)
    if entry.kind == "command":
        write(str(entry))
        write_whole(click.Context(part_class, info_name=f"hwr {entry.name}").get_help())
        return
    lines = [str(entry)]
    text = inspect.cleandoc(part_class.__doc__ or "")
    if text and not text.startswith(f"{part_class.__name__}("):  # the docstring that dataclasses generate
        lines += ["", *text.splitlines()]
    declarations = settings.declarations(part_class)
    lines += ["", "settings" if declarations else "no settings", *(f"  {line}" for line in declarations)]
    for is_paragraph, group in groupby(lines, lambda line: line[:1].strip() != ""):
        if is_paragraph:
            write(" ".join(group))
        else:
            for line in group:
                write(line, indent=6)
