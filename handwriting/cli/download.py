"""`hwr download`: download a dataset and verify it."""

from collections.abc import Mapping
from pathlib import Path

import click

from handwriting.cli import completion, next_steps, options
from handwriting.cli.exit_status import ExitStatus


@click.command()
@click.option(
    "--dataset",
    default="mnist",
    metavar="NAME",
    shell_complete=completion.parts("dataset"),
    help="Dataset to download.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Take the files from this folder instead of the network (MNIST: compressed or not).",
)
@click.option("--mirror", metavar="URL", help="Download from this URL of a folder that holds the files.")
@click.option("--force", is_flag=True, help="Download again, even if the files are intact.")
@click.option("--verify", is_flag=True, help="Only check the files that are already there.")
@options.common
def download(dataset: str, source: Path | None, mirror: str | None, force: bool, verify: bool) -> None:
    """Download a dataset and verify its checksums.

    \b
        hwr download
        hwr download --from my-folder
        hwr download --mirror http://127.0.0.1:8000/
    """  # fmt: skip
    from handwriting.cli.terminal.console import message
    from handwriting.cli.terminal.progress import follow
    from handwriting.datasets.published import Published
    from handwriting.registry import entry_points, loading

    if source and mirror:
        raise click.UsageError("--from and --mirror can't both be given")
    entry = entry_points.find("dataset", dataset)
    loaded = loading.load_entry(entry)()
    folder = options.dataset_folder(entry)
    if isinstance(loaded, Published):
        if verify:
            _report(loaded.verify(folder), folder)
            next_steps.show()
            return
        follow(loaded.obtain(folder, source=source, mirrors=[mirror] if mirror else [], force=force))
    else:
        if source or mirror or verify or force:
            raise click.UsageError(
                f"--from, --mirror, --force and --verify do not apply to {dataset}: "
                f"use `hwr download --dataset {dataset}` alone"
            )
        follow(loaded.prepare(folder))
    message(f"{dataset} is ready in {folder}")
    next_steps.show()


def _report(flaws: Mapping[str, str | None], folder: Path) -> None:
    from handwriting.cli.terminal.console import write_whole

    for name, flaw in flaws.items():
        write_whole(f"bad   {folder / name}: {flaw}" if flaw else f"good  {folder / name}")
    if any(flaws.values()):
        raise click.exceptions.Exit(ExitStatus.FAILED)
