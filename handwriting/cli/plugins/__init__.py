"""`hwr plugins`: list, describe, check and create plugins. In: arguments and options. Out: text or JSON.

listing.py  hwr plugins list: what is installed
show.py     hwr plugins show: a part as its author describes it
check.py    hwr plugins check: whether a plugin fulfils its contract
new.py      hwr plugins new: the first version of a plugin
"""

import click

from handwriting.cli import options
from handwriting.cli.groups import Group
from handwriting.cli.plugins.check import check
from handwriting.cli.plugins.listing import show_list
from handwriting.cli.plugins.new import new
from handwriting.cli.plugins.show import show


@click.group(cls=Group, invoke_without_command=True, commands=[show_list, show, check, new])
@options.output_format("json")
@options.common
@click.pass_context
def plugins(context: click.Context, format: str) -> None:
    """List, describe, check and create plugins: layers, optimizers, datasets, commands and the like.

    \b
        hwr plugins
        hwr plugins new soft-clip --kind activation
        hwr plugins check soft-clip

    HWR_PLUGINS=none, or a list of distributions with commas between them, limits which plugins are used.
    """
    context.default_map = {"list": {"format": format}, "check": {"format": format}}  # --format before the command
    if context.invoked_subcommand is None:
        context.invoke(show_list, format=format)
