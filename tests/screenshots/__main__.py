"""The command: `python -m tests.screenshots report`, from the project's root.

Each picture has a module here of its name, whose `take` writes tests/screenshots/NAME.png.
"""

import importlib
from pathlib import Path

import click

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


@click.command()
@click.argument("names", nargs=-1, required=True, type=click.Choice(NAMES))
def main(names: tuple[str, ...]) -> None:
    """Take pictures of what a user sees, for the README."""
    for name in names:
        place = FOLDER / f"{name}.png"
        importlib.import_module(f"tests.screenshots.{name}").take(place)
        click.echo(f"{place}: {place.stat().st_size / 1000:.0f} kB", err=True)


main()
