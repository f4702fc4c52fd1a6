"""`hwr plugins new NAME`: the beginning of a plugin, complete and ready to be changed."""

from pathlib import Path

import click

from handwriting.cli import options

KINDS = ("activation", "layer", "optimizer", "dataset")


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What it is to be.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder in which its own folder is made.  [default: this one]",
)
@options.common
def new(name: str, kind: str, into: Path) -> None:
    """Write a new plugin that installs, passes its test and trains as it stands. Nothing is written over.

    NAME is what one will type, in small letters, such as soft-clip.
    """
    from shlex import quote

    from handwriting.authoring.scaffold import Scaffold, write
    from handwriting.cli.console import say

    scaffold = Scaffold(kind, name)
    folder = write(scaffold, into)
    click.echo(str(folder))
    say(f"The lines to change are marked `<-` in {folder / scaffold.module}.py. Then:")
    say(f"    pip install -e {quote(str(folder))}")
    say(f"    hwr plugins check {name}")
    say(f"    hwr train --{kind} {name}")
