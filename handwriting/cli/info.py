"""`hwr info`: what a model is made of and how it came to be."""

import click

from handwriting.cli import options


@click.command()
@click.argument("model", required=False)
@options.output_format("json")
@options.common
def info(model: str | None, form: str) -> None:
    """Describe a model: its layers with shapes and parameters, what it was trained on, and how well it reads.

    MODEL is a file, or a name in the data directory; by default it is the one trained last.
    """
    from handwriting.cli import info_view
    from handwriting.cli.model import open_model

    info_view.show(form, *open_model(model))
