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
    metavar="NAME[:SETTINGS]",
    shell_complete=completion.datasets,
    help="Dataset to download, or a mixture.",
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
    from shlex import quote

    from handwriting.cli.terminal.console import message
    from handwriting.cli.terminal.progress import follow
    from handwriting.datasets.opening import folder_of, made
    from handwriting.datasets.published import Published

    if source and mirror:
        raise click.UsageError("--from and --mirror can't both be given")
    parts = [(ingredient.spec, loaded, folder_of(loaded, options.data_dir())) for ingredient, loaded in made(dataset)]
    published = [(loaded, folder) for _, loaded, folder in parts if isinstance(loaded, Published)]
    if source or mirror or verify or force:
        for spec, loaded, _ in parts:
            if not isinstance(loaded, Published):
                raise click.UsageError(
                    f"--from, --mirror, --force and --verify do not apply to {spec}: "
                    f"use `hwr download --dataset {quote(spec)}` alone"
                )
    if verify:
        _report({folder / name: flaw for loaded, folder in published for name, flaw in loaded.verify(folder).items()})
        next_steps.show()
        return
    for spec, loaded, folder in parts:
        if isinstance(loaded, Published):
            follow(loaded.obtain(folder, source=source, mirrors=[mirror] if mirror else [], force=force))
        else:
            follow(loaded.prepare(folder))
        message(f"{spec} is ready in {folder}")
    next_steps.show()


def _report(flaws: Mapping[Path, str | None]) -> None:
    from handwriting.cli.terminal.console import write_whole

    for path, flaw in flaws.items():
        write_whole(f"bad   {path}: {flaw}" if flaw else f"good  {path}")
    if any(flaws.values()):
        raise click.exceptions.Exit(ExitStatus.FAILED)
