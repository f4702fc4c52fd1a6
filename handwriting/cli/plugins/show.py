"""`hwr plugins show NAME`: a part as its author describes it."""

import click

from handwriting.cli import completion, next_steps, options


@click.command()
@click.argument("name", shell_complete=completion.all_parts)
@options.common
def show(name: str) -> None:
    """Describe a part: its origin, its purpose and its settings.

    The settings are shown with their types and defaults.
    """
    import inspect
    from itertools import groupby

    from handwriting.cli.terminal.console import write, write_whole
    from handwriting.registry import entry_points, loading, settings

    entry = entry_points.find(entry_points.KINDS, name)
    part_class = loading.load_entry(entry)
    if entry.kind == "command":
        write(str(entry))
        write_whole(click.Context(part_class, info_name=f"hwr {entry.name}").get_help())
        next_steps.show()
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
    next_steps.show()
