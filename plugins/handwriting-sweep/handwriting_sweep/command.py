"""`hwr sweep`: the options. What the command does is imported when it is called."""

from pathlib import Path

import click

from handwriting.cli import completion, options

MOST_TRIALS = 100_000
"""Optuna takes longer to choose each one the more there are."""


@click.command()
@click.argument("settings", nargs=-1, required=True, metavar="NAME=VALUES...")
@click.option(
    "--trials", type=options.WholeNumber(1, MOST_TRIALS), default=50, metavar="N",
    help="Trials in total, with those of an earlier run.",
)  # fmt: skip
@click.option("--preset", metavar="NAME", shell_complete=completion.presets, help="Start from a preset's settings.")
@click.option("--config", type=options.INPUT_FILE, help="Start from the settings in a file, as for `hwr train`.")
@options.dataset(None, "Dataset to train on, as for `hwr train`.  [default: that of --config, else auto]")
@click.option(
    "--workers", type=options.WholeNumber(1, options.MOST_THREADS), metavar="N",
    help="Trials at a time.  [default: one per processor, or per thread of the cluster]",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Train on a Dask cluster, such as that of tcp://127.0.0.1:8786.")
@click.option(
    "--storage", metavar="URL", help="Database of the trials, for SQLAlchemy.  [default: trials.db in --output]"
)
@click.option("--study", metavar="NAME", help="Name of the sweep in --storage.  [default: that of --output]")
@click.option(
    "-o", "--output", type=options.OUTPUT_FOLDER, default=Path("sweep"), metavar="FOLDER",
    help="Folder of the results.",
)  # fmt: skip
@click.option(
    "--seed", type=options.WholeNumber(0, 2**32 - 1), default=0, metavar="N",
    help="Seed of the search; that of the trainings is the setting seed=N.",
)  # fmt: skip
@options.output_format("json")
@options.common
@click.pass_context
def sweep(
    context: click.Context, settings: tuple[str, ...], trials: int, preset: str | None, config: Path | None,
    dataset: str | None, data: Path | None, workers: int | None, scheduler: str | None, storage: str | None,
    study: str | None, output: Path, seed: int, format: str,
) -> None:  # fmt: skip
    """Search for settings that train a better network.

    \b
        hwr sweep --trials 50 hidden=32..512 learning-rate=1e-4..1e-1 activation=relu,gelu
        hwr sweep --trials 20 epochs=4 layers=none,dropout:0.1,dropout:0.3 hidden=128,256,256+128

    The settings are those of `hwr train`: a range such as 32..512, on a logarithmic scale if its end is 10 times its
    beginning or more; choices, separated by commas; or one value, for all trials. A choice of hidden layers is
    joined by +.

    Optuna chooses the trials (TPE), and stops those that fall behind the median (validation accuracy, by epoch). All
    have the same seed and validation set; the first is the base recipe, with the settings that are not searched. Only
    the best is evaluated on the test set, once, at the end. The same command goes on where an earlier run has ended.
    """
    from handwriting_sweep.run import run

    status = run(
        settings, trials=trials, preset=preset, config=config, dataset=dataset, data=data, workers=workers,
        scheduler=scheduler, storage=storage, study=study, output=output, seed=seed, format=format,
    )  # fmt: skip
    context.exit(status)
