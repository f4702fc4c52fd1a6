"""`hwr help`: the same as --help."""

import click

from handwriting.cli import completion


@click.command("help")
@click.argument("names", nargs=-1, metavar="[COMMAND]...", shell_complete=completion.commands)
@click.pass_context
def show_help(context: click.Context, names: tuple[str, ...]) -> None:
    """Show this help, or that of a command."""
    described = context.find_root()
    for name in names:
        if not isinstance(described.command, click.Group):
            raise click.UsageError(f"{described.command_path} has no commands")
        _, command, _ = described.command.resolve_command(described, [name])
        assert command is not None
        described = click.Context(command, info_name=name, parent=described)
    print(described.get_help())
