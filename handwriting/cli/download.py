"""`hwr download`: fetch, verify and cache a dataset."""

from collections.abc import Mapping
from pathlib import Path

import click

from handwriting.cli import options


@click.command()
@click.option("--dataset", default="mnist", show_default=True, metavar="NAME", help="Which dataset.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Take the files (MNIST: .gz or unpacked) from this folder instead of the network.",
)
@click.option(
    "--mirror", metavar="URL", help="Fetch from this server: a folder with the files, or an archive (MNIST: .npz)."
)
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
    from handwriting.cli.console import follow, printable, say
    from handwriting.datasets.published import Published
    from handwriting.registry import entry_points

    if source and mirror:
        raise click.UsageError("--from and --mirror can't both be given")
    entry = entry_points.find("dataset", dataset)
    made = entry_points.load_entry(entry)()
    folder = options.dataset_folder(entry)
    if not isinstance(made, Published):
        if source or mirror or verify or force:
            raise click.UsageError(
                f"{dataset} knows nothing of --from, --mirror, --force, --verify: only "
                f"`hwr download --dataset {dataset}` fits"
            )
        follow(made.prepare(folder))
    elif verify:
        _report(made.verify(folder), folder)
        return
    else:
        follow(made.obtain(folder, source=source, mirrors=[mirror] if mirror else [], force=force))
    say(f"{dataset} is ready in {printable(str(folder))}")


def _report(flaws: Mapping[str, str | None], folder: Path) -> None:
    from handwriting.cli.console import printable

    for name, flaw in flaws.items():
        found = f"bad   {folder / name}: {flaw}" if flaw else f"good  {folder / name}"
        click.echo(printable(found))
    if any(flaws.values()):
        raise click.exceptions.Exit(1)
