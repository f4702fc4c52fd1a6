"""`hwr download`: fetch, verify and cache a dataset."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handwriting.cli import options

if TYPE_CHECKING:
    from handwriting.datasets.idx_dataset import IdxDataset


@click.command()
@click.option("--dataset", default="mnist", show_default=True, metavar="NAME", help="Which dataset.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Take the files (.gz or unpacked) from this folder instead of the network.",
)
@click.option("--mirror", metavar="URL", help="Fetch from this server: a folder of .gz files, or an .npz archive.")
@click.option("--force", is_flag=True, help="Fetch anew, even if the cache is right.")
@click.option("--verify", is_flag=True, help="Only check what is in the cache, and say which file is bad.")
@options.common
def download(dataset: str, source: Path | None, mirror: str | None, force: bool, verify: bool) -> None:
    """Fetch a dataset into the cache, checked by its SHA-256 sums.

    \b
        hwr download
        hwr download --from my-folder
        hwr download --mirror http://127.0.0.1:8000/
    """  # fmt: skip
    from handwriting import registry
    from handwriting.cli.console import follow, printable, say
    from handwriting.datasets.idx_dataset import IdxDataset

    if source and mirror:
        raise click.UsageError("--from and --mirror can't both be given")
    made = registry.load("dataset", dataset)()
    folder = options.dataset_folder(dataset)
    if not isinstance(made, IdxDataset):
        if source or mirror or verify or force:
            raise click.UsageError(
                f"{dataset} is not published as files, so only `hwr download --dataset {dataset}` fits"
            )
        follow(made.prepare(folder))
    elif verify:
        _verify(made, folder)
        return
    else:
        follow(made.obtain(folder, source=source, mirrors=[mirror] if mirror else [], force=force))
    say(f"{dataset} is ready in {printable(str(folder))}")


def _verify(dataset: "IdxDataset", folder: Path) -> None:
    from handwriting.cli.console import printable
    from handwriting.datasets.remote_files import verify

    flaws = verify(dataset.files, folder)
    for name, flaw in flaws.items():
        click.echo(f"{'bad ' if flaw else 'good'}  {printable(str(folder / name))}{f': {flaw}' if flaw else ''}")
    if any(flaws.values()):
        raise click.exceptions.Exit(1)
