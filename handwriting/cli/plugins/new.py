"""`hwr plugins new`: the first version of a plugin, complete and ready to be changed."""

from pathlib import Path

import click

from handwriting.cli import options

KINDS = (
    "activation", "layer", "optimizer", "loss", "schedule", "initializer", "dataset", "augmentation", "command",
)  # fmt: skip
"""Those of registry/entry_points.py, which imports what no help text needs."""


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Kind of plugin.")
@click.option("--with-parameters", is_flag=True, help="Of an activation: with parameters that are trained.")
@click.option("--into", type=options.OUTPUT_FOLDER, default=".", help="Folder in which its folder is created.")
@options.common
def new(name: str, kind: str, with_parameters: bool, into: Path) -> None:
    """Write a new plugin that installs and passes its tests as it is.

    NAME is what users will write, in lower case, such as soft-clip. No file is overwritten.
    """
    from shlex import quote

    from handwriting.authoring.scaffold import Scaffold, use, write
    from handwriting.cli.terminal.console import message, write_whole

    scaffold = Scaffold(kind, name, with_parameters)
    folder = write(scaffold, into)
    write_whole(str(folder))
    message(f"The lines to change are marked `<-` in {folder / scaffold.module}.py and its test. Then:")
    message(f"    pip install -e {quote(str(folder))}")
    message(f"    hwr plugins check {name}")
    message(f"    {use(kind, name)}")
