"""The command `hwr read-many`. What it needs is imported when it runs."""

from contextlib import closing
from typing import Literal

import click

from handwriting.cli import completion, options


@click.command("read-many")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", shell_complete=completion.files)
@click.option("-o", "--output", required=True, metavar="FOLDER", help="Folder of the results, also at a URL.")
@options.model
@click.option("--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler, such as tcp://10.0.0.5:8786.")
@click.option(
    "--workers", type=options.WholeNumber(1, options.MOST_THREADS), metavar="N",
    help="Number of worker processes on this machine.  [default: one for each processor]",
)  # fmt: skip
@click.option(
    "--shard-size", type=options.WholeNumber(min=1), default=1000, metavar="N",
    help="Pictures that a worker reads at a time, and a file of the results holds.",
)  # fmt: skip
@options.reading
@options.output_format("json")
@options.common
@click.pass_context
def read_many(
    context: click.Context, sources: tuple[str, ...], output: str, model: str | None, scheduler: str | None,
    workers: int | None, shard_size: int, min_confidence: float, invert: Literal["auto", "yes", "no"],
    expected: Literal["single", "lines"] | None, separators: bool, format: str,
) -> None:  # fmt: skip
    """Read millions of pictures on a Dask cluster, into a folder of Parquet files.

    SOURCE is a folder of pictures, a tar or zip file of them, a pattern such as 'shards/*.tar', or the URL of one of
    these, such as s3://BUCKET/FOLDER. Worker processes on this machine read them, or those of --scheduler.

    The same command goes on where an earlier one was stopped. A picture that can't be read is a row with the reason;
    the exit status is then 3.
    """
    from handwriting.cli.exit_status import ExitStatus
    from handwriting.cli.inputs.model import introduction, open_model
    from handwriting.cli.terminal.console import message
    from handwriting.models import user_models
    from handwriting_dask import view
    from handwriting_dask.places import absolute
    from handwriting_dask.reading import Settings
    from handwriting_dask.run import Request, run

    if scheduler and workers:
        raise click.UsageError("--workers are processes on this machine, and --scheduler has workers of its own")
    path, loaded = open_model(model)
    request = Request(
        sources=sources,
        place=absolute(output),
        model_name=user_models.name_of(options.find_data_dir(), path),
        model=path.read_bytes(),
        settings=Settings(min_confidence, invert, expected or "auto", separators),
        shard_size=shard_size,
        scheduler=scheduler,
        workers=workers,
    )
    message(f"model {introduction(path, loaded)}")
    with closing(run(request)) as events:
        state = view.follow(events, output)
    view.show(state, output, format)
    if state.counts.failed:
        context.exit(ExitStatus.SOME_PICTURES_FAILED)
