"""hwr: learns to read handwritten digits with a neural network written from scratch on NumPy.

    from handwriting import Recognizer
    print(Recognizer().read("photo.jpg").text)

errors.py      all errors that a user can cause
interfaces.py  the contracts of activations, layers, optimizers and datasets
system/        files, threads, memory
registry/      names of parts -> classes, through entry points
nn/            the neural network
testing/       the contracts as tests, for plugin authors
pictures/      a picture file -> the image that the network sees
datasets/      training and test examples
models/        model files
evaluation/    metrics, calibration, comparison of models
training/      a recipe and examples -> a trained model
reading/       the recognizer: a picture -> text
authoring/     checking and creating plugins
report/        the HTML report
web/           the page to draw on
cli/           the command line
__main__.py    `python -m handwriting`

Each imports only from those above it. Importing the package itself loads nothing else, not even NumPy.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handwriting.reading.recognizer import Recognizer as Recognizer

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Return `Recognizer`, imported at its first use (PEP 562)."""
    if name == "Recognizer":
        from handwriting.reading.recognizer import Recognizer

        return Recognizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
