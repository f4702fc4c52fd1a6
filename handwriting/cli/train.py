"""`hwr train`: teach a network, show how it learns, keep the result."""

from pathlib import Path
from typing import Any

import click

from handwriting.cli import options


def _batch_size(context: click.Context, parameter: click.Parameter, value: str) -> int | None:
    """Return a whole number, or None for "full": all examples at once."""
    if value == "full":
        return None
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"{value!r} is neither a whole number from 1 nor 'full'")
    return int(value)


@click.command()
@click.option(
    "--hidden",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="N",
    help="Units of a hidden layer; repeat it for more layers.  [default: 128]",
)
@click.option(
    "--activation", default="relu", show_default=True, metavar="NAME", help="Activation of the hidden layers."
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="SPEC",
    help="A layer or activation before the hidden ones, such as dropout:0.2; repeat it for more.",
)
@options.dataset(
    options.AUTOMATIC, "auto (MNIST, or strokes where it can't be had), mnist, strokes, or a plugin's.  [default: auto]"
)
@click.option("--loss", type=click.Choice(("cross-entropy", "mse")), default="cross-entropy", show_default=True)
@click.option(
    "--optimizer", default="adam", show_default=True, metavar="NAME", help="sgd, momentum, adam, or a plugin's."
)
@click.option("--learning-rate", type=click.FloatRange(min=0, min_open=True), help="[default: the optimizer's own]")
@click.option(
    "--schedule",
    type=click.Choice(("constant", "linear", "cosine", "one-cycle")),
    default="one-cycle",
    show_default=True,
    help="How the learning rate changes on the way.",
)
@click.option("--epochs", type=click.IntRange(min=1), default=15, show_default=True, help="Walks through the examples.")
@click.option(
    "--batch-size", metavar="N|full", callback=_batch_size, default="128", show_default=True, help="Examples a step."
)
@click.option(
    "--validation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of the training set held out to check with.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Start of all randomness.")
@options.threads
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to save the model.  [default: in the data directory]"
)
@click.option("--force", is_flag=True, help="Replace the file of --output.")
@options.output_format("json", "jsonl")
@options.common
def train(
    dataset: str, data: Path | None, output: Path | None, force: bool, form: str,
    threads: int | None, **settings: Any,
) -> None:  # fmt: skip
    """Teach a network to read handwritten digits.

    \b
        hwr train --hidden 128 --activation relu
        hwr train --layer dropout:0.1 --hidden 300 --hidden 100 --epochs 30
        hwr train --data my-pictures --optimizer momentum:0.95 -o mine.safetensors

    Ctrl-C ends it after the running batch and keeps what was learnt.
    """
    from handwriting.cli.training import run
    from handwriting.cli.training_view import view
    from handwriting.recipe import Recipe
    from handwriting.threads import limited

    chosen = settings.pop("hidden") or (() if settings["layers"] else Recipe.hidden)
    recipe = Recipe(hidden=chosen, **settings)
    with limited(threads):
        status = run(recipe, dataset, data, output, force, view(form))
    click.get_current_context().exit(status)
