"""`hwr train`: teach a network, show how it learns, keep the result."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from handwriting.cli import options


def _batch_size(context: click.Context, parameter: click.Parameter, value: str) -> int | None:
    """Return a whole number, or None for "full": all examples at once."""
    if value == "full":
        return None
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"{value!r} is neither a whole number from 1 nor 'full'")
    return int(value)


@click.command()
@click.option("--preset", metavar="NAME", help="Begin with the settings of a preset: fast, dense, balanced, best.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Begin with the settings in a TOML file, as --print-config writes it.",
)
@click.option("--print-config", is_flag=True, help="Print the settings as TOML, and do no more.")
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
    options.AUTOMATIC,
    "auto (MNIST, or strokes where it can't be had), mnist, strokes, non-digits, a plugin's, or a mixture: "
    "mnist+0.5*strokes.  "
    "[default: auto]",
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
    "--augment",
    is_flag=False,
    flag_value="",
    metavar="[SETTINGS]",
    help="Change pictures each time they are learnt: rotation=15,elastic=0 and the like.",
)
@click.option(
    "--save-augmented",
    "sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="Write a picture of what --augment makes of some training pictures.",
)
@click.option(
    "--weight-decay",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="Share of the weights, times the learning rate, taken from them each step.",
)
@click.option(
    "--label-smoothing",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    help="Share of the certainty that is not asked for.",
)
@click.option(
    "--average",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    help="Use averaged weights, with this decay a step, such as 0.999.",
)
@click.option(
    "--validation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of the training set held out to check with; the weights that read it best, but for chance, are kept.",
)
@click.option(
    "--patience", type=click.IntRange(min=1), metavar="EPOCHS", help="End when so many epochs brought nothing better."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End after this time, the schedule with it.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Start of all randomness.")
@options.threads
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to save the model.  [default: in the data directory]"
)
@click.option("--force", is_flag=True, help="Replace the file of --output.")
@click.option(
    "--resume",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CHECKPOINT",
    help="Go on with a training that was interrupted.",
)
@options.report
@options.output_format("json", "jsonl")
@options.common
@click.pass_context
def train(
    context: click.Context, /, preset: str | None, config: Path | None, print_config: bool,
    dataset: str, data: Path | None, output: Path | None, force: bool, resume: Path | None, sheet: Path | None,
    report: Path | None, form: str, threads: int | None, **settings: Any,
) -> None:  # fmt: skip
    """Teach a network to read handwritten digits.

    \b
        hwr train --hidden 128 --activation relu
        hwr train --layer dropout:0.1 --hidden 300 --hidden 100 --epochs 30
        hwr train --data my-pictures --optimizer momentum:0.95 -o mine.safetensors

    Ctrl-C ends it after the running batch and keeps what was learnt. What takes long leaves a checkpoint beside the
    model every half a minute, with which --resume goes on.
    """
    from handwriting.cli.training import resume_training, run
    from handwriting.cli.training_view import view
    from handwriting.errors import SettingError
    from handwriting.system.thread_pool import use_threads
    from handwriting.training import recipe_toml

    given = {name: value for name, value in settings.items() if _is_given(context, name)}
    if resume:
        if given or preset or config or print_config or sheet or _is_given(context, "dataset") or data:
            raise click.UsageError("--resume takes dataset and settings from the checkpoint: give neither")
        context.exit(resume_training(resume, output, force, threads, report, view(form)))
    base = (recipe_toml.read_preset(preset) if preset else {}) | (recipe_toml.read(config) if config else {})
    if "layers" in given:
        base.setdefault("hidden", ())  # who names layers has named the network
    try:
        recipe = recipe_toml.make_recipe(base | given, "hwr train")
    except SettingError as error:
        raise click.UsageError(str(error)) from error
    chosen = dataset if _is_given(context, "dataset") else base.get("dataset", dataset)
    if print_config:
        click.echo(recipe_toml.write(recipe, chosen))
        return
    if sheet and recipe.augment is None:
        raise click.UsageError("--save-augmented shows what --augment does: give that, too")
    with use_threads(threads):
        status = run(recipe, chosen, data, output, force, sheet, report, view(form))
    context.exit(status)


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
