"""The dataset that a command works on."""

from handwriting.cli import options
from handwriting.cli.terminal.progress import follow
from handwriting.datasets.opening import Opener


def opener() -> Opener:
    """Return what opens datasets in the data directory that the user chose, and shows the progress."""
    return Opener(options.data_dir(), follow)
