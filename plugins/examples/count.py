"""count: how often each digit occurs in a folder of pictures."""

from collections import Counter
from pathlib import Path

import click

from handwriting.cli import options


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.common
def count(folder: Path) -> None:
    """Count the digits in a folder of pictures."""
    from handwriting import Recognizer

    recognizer = Recognizer()
    texts = [recognizer.read(path).text or "" for path in sorted(folder.glob("*.png"))]
    for digit, times in sorted(Counter("".join(texts)).items()):
        print(f"{digit} {times}")
