"""`python -m tests.benchmarks.corruptions SHEET.png` draws test images, and beside each one all its corruptions."""

from pathlib import Path

import click
import numpy as np

from handwriting.datasets.mnist import Mnist
from handwriting.system.storage import data_directory
from handwriting.training.augmentation import contact_sheet

from . import CORRUPTIONS, corrupted

ROWS = 12
"""Images, one in each row; the columns are the corruptions in their order."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sheet", type=click.Path(path_type=Path, dir_okay=False))
def main(sheet: Path) -> None:
    """Draw MNIST's first test images with their corruptions."""
    images = np.asarray(Mnist().load(data_directory() / "datasets" / "mnist").test.images[:ROWS])
    versions = np.stack([corrupted(name, images) for name in CORRUPTIONS], axis=1)
    contact_sheet.save(sheet, contact_sheet.draw(images, versions))
    click.echo(f"from left to right: {', '.join(['clean', *CORRUPTIONS])}")


if __name__ == "__main__":
    main()
