"""`hwr plugins`: what is installed, whether it is sound, and how to begin one of your own. One file a command."""

import click

from handwriting.cli import options
from handwriting.cli.plugins.check import check
from handwriting.cli.plugins.listing import show_list
from handwriting.cli.plugins.new import new
from handwriting.cli.plugins.show import show


@click.group(invoke_without_command=True)
@options.output_format("json")
@options.common
@click.pass_context
def plugins(context: click.Context, form: str) -> None:
    """Activations, layers, optimizers and datasets: list, describe, check and create them.

    \b
        hwr plugins                                    what is installed
        hwr plugins new soft-clip --kind activation    begin one of your own
        hwr plugins check soft-clip                    see whether it keeps the contract

    HWR_PLUGINS=none, or a list of distributions with commas between them, limits whose parts may be used.
    """
    context.default_map = {"list": {"form": form}, "check": {"form": form}}  # --format may stand before the command
    if context.invoked_subcommand is None:
        context.invoke(show_list, form=form)


for command in (show_list, show, check, new):
    plugins.add_command(command)
