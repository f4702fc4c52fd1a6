"""`python -m tests.screenshots NAME`, from the root of the repository.

The screenshot NAME.png is written by the function `take` of NAME.py.
"""

import importlib
from pathlib import Path

import click

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


@click.command()
@click.argument("names", nargs=-1, required=True, type=click.Choice(NAMES))
def main(names: tuple[str, ...]) -> None:
    """Take screenshots for the README."""
    for name in names:
        path = FOLDER / f"{name}.png"
        importlib.import_module(f"tests.screenshots.{name}").take(path)
        click.echo(f"{path}: {path.stat().st_size / 1000:.0f} kB", err=True)


main()
