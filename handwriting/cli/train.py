"""`hwr train`: the options. What is not given is taken from --preset, --config, or the defaults of `Recipe`.

Settings of the recipe are passed on as text: `Recipe` converts and checks them, wherever they come from.
"""

from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from handwriting.cli import completion, next_steps, options
from handwriting.cli.exit_status import ExitStatus

DATASETS = (
    "auto (mnist, or strokes if MNIST can't be had), mnist, strokes, non-digits, candidates, a plugin's, or a mixture: "
    "mnist+0.5*strokes:seed=3."
)


@click.command()
@click.option(
    "--preset", metavar="NAME", shell_complete=completion.presets,
    help="Start from the settings of a preset: dense, balanced, best.",
)  # fmt: skip
@click.option(
    "--config", type=options.INPUT_FILE, help="Start from the settings in a file, as --print-config has them."
)
@click.option("--print-config", is_flag=True, help="Print the settings as TOML instead of training.")
@click.option(
    "--hidden", type=str, multiple=True, metavar="N", help="Units of a hidden layer; repeatable.  [default: 128]"
)
@click.option(
    "--activation", default="relu", metavar="NAME", shell_complete=completion.parts("activation"),
    help="Activation of the hidden layers.",
)  # fmt: skip
@click.option(
    "--initializer", metavar="NAME", shell_complete=completion.parts("initializer"),
    help="Initial weights: he, glorot, or a plugin's.  [default: the one that the activation asks for]",
)  # fmt: skip
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="SPEC",
    shell_complete=completion.layers,
    help="Layer before the hidden ones, such as dropout:0.2, or a residual block: residual:conv2d:32+relu; repeatable.",
)
@options.dataset("auto", DATASETS)
@click.option(
    "--loss", default="cross-entropy", metavar="NAME", shell_complete=completion.parts("loss"),
    help="cross-entropy, mse, or a plugin's.",
)  # fmt: skip
@click.option(
    "--optimizer", default="adam:square_decay=0.95", metavar="NAME", shell_complete=completion.parts("optimizer"),
    help="sgd, momentum, adam, or a plugin's.",
)  # fmt: skip
@click.option("--learning-rate", type=str, metavar="RATE", help="Highest learning rate.  [default: the optimizer's]")
@click.option(
    "--schedule", default="one-cycle", metavar="NAME", shell_complete=completion.parts("schedule"),
    help="constant, linear, cosine, one-cycle, or a plugin's; with settings: one-cycle:warm_up=0.3.",
)  # fmt: skip
@click.option("--epochs", type=str, default=6, metavar="N", help="Passes over the training set.")
@click.option(
    "--batch-size", type=str, default="auto", metavar="N|full|auto",
    help="Examples per gradient step; auto: 256, fewer of a small dataset.",
)  # fmt: skip
@click.option(
    "--augment", is_flag=False, flag_value="", metavar="[SETTINGS]",
    help="Change images at random each time they are trained on; settings such as rotation=15,elastic=0, and plugins'.",
)  # fmt: skip
@click.option(
    "--save-augmented", type=options.OUTPUT_FILE, metavar="FILE.png", help="Write a picture of what --augment does."
)
@click.option(
    "--weight-decay",
    type=str,
    default=0.0,
    metavar="FACTOR",
    help="Decoupled weight decay, to be multiplied by the learning rate.",
)
@click.option(
    "--label-smoothing",
    type=str,
    metavar="FRACTION",
    help="Probability spread over all classes.  [default: 0.1 for cross-entropy, 0 for mse, or that of --loss]",
)
@click.option(
    "--average",
    type=str,
    default=0.0,
    metavar="DECAY",
    help="Use averaged weights, with this decay per step, such as 0.999.",
)
@click.option(
    "--validation",
    type=str,
    default=0.05,
    metavar="FRACTION",
    help="Fraction of the training set held out as the validation set.",
)
@click.option("--patience", type=str, metavar="N", help="Stop after N epochs without improvement.")
@click.option("--time-limit", type=str, metavar="SECONDS", help="Stop after this time, and fit the schedule to it.")
@click.option("--seed", type=str, default=0, metavar="N", help="Seed of all random numbers.")
@options.threads("one for a small network, up to one per processor for a large one")
@click.option(
    "-o", "--output", type=options.OUTPUT_FILE, metavar="FILE", help="Model file.  [default: in the data directory]"
)
@click.option("--force", is_flag=True, help="Replace the file of --output.")
@click.option("--resume", type=options.INPUT_FILE, metavar="CHECKPOINT", help="Continue an interrupted training.")
@options.report
@options.output_format("json", "jsonl")
@options.common
@click.pass_context
def train(
    context: click.Context, /, preset: str | None, config: Path | None, print_config: bool, dataset: str,
    data: Path | None, output: Path | None, force: bool, resume: Path | None, save_augmented: Path | None,
    report: Path | None, format: str, threads: int | None, **settings: Any,
) -> None:  # fmt: skip
    """Train a network to read handwritten digits.

    \b
        hwr train --hidden 128 --activation relu
        hwr train --layer dropout:0.1 --hidden 300 --hidden 100 --epochs 30
        hwr train --data my-pictures --optimizer momentum:0.95 -o mine.safetensors

    The weights of the latest epoch whose validation accuracy is within one standard error of the best are kept. Ctrl-C
    stops after the current batch and keeps what was trained; so does a closed terminal. A long training writes a
    checkpoint beside the model, after 5 seconds and then every 30, from which --resume continues.
    """
    from handwriting.cli import training
    from handwriting.cli.views.training import view
    from handwriting.training import recipe_toml

    given = {name: value for name, value in settings.items() if _is_given(context, name)}
    files: dict[str, Any] = {"output": output, "force": force, "threads": threads, "report": report}
    if resume:
        if given or preset or config or print_config or save_augmented or data or _is_given(context, "dataset"):
            raise click.UsageError("--resume takes dataset and settings from the checkpoint: give neither")
        status = training.resume(resume, view(format), **files)
        _end(context, status)
    configured = recipe_toml.read(config) if config else {}
    base = (recipe_toml.read_preset(preset) if preset else {}) | configured
    recipe = recipe_toml.make_recipe(given, base=base)
    name = dataset if _is_given(context, "dataset") else base.get("dataset", dataset)
    if print_config:
        print(recipe_toml.write(recipe, name))
        return
    if save_augmented and recipe.augment is None:
        raise click.UsageError("--save-augmented shows what --augment does: give --augment as well")
    files |= {"sources": {key: str(config) for key in configured if not _is_given(context, key)}}
    status = training.run(recipe, view(format), dataset=name, data=data, save_augmented=save_augmented, **files)
    _end(context, status)


def _end(context: click.Context, status: ExitStatus) -> NoReturn:
    if status is ExitStatus.DONE:
        next_steps.show()
    context.exit(status)


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
