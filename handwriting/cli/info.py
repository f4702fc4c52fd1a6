"""`hwr info`: what a model is made of and how it was trained."""

import click

from handwriting.cli import next_steps, options


@click.command()
@options.model_or_argument
@options.output_format("json")
@options.common
def info(model: str | None, format: str) -> None:
    """Describe a model: its layers, its training and its accuracy.

    MODEL is a file, or a name in the data directory; by default it is the model trained last.
    """
    from handwriting.cli.inputs.model import open_model
    from handwriting.cli.views import info as view

    view.show(format, *open_model(model))
    next_steps.show()
