"""hwr: learns to read handwritten digits with a neural network written from scratch on NumPy.

    from handwriting import Recognizer, load, train

    print(Recognizer().read("photo.jpg").text)          # read pictures
    model = train(hidden=[128])                         # train a network
    print(model.evaluate())                             # measure it
    model.save("mine")                                  # keep it: load("mine") and `hwr predict -m mine` find it

    from handwriting import DigitClassifier             # the same as an estimator for scikit-learn
    DigitClassifier(hidden=[64]).fit(X, y).score(X, y)

errors.py      all errors that a user can cause
interfaces.py  the contracts of activations, layers, optimizers and datasets
system/        files, threads, memory
registry/      names of parts -> classes, through entry points
nn/            the neural network
testing/       the contracts as tests, for plugin authors
pictures/      a picture file -> the image that the network sees
segmentation/  ink -> lines -> the candidates for digits
datasets/      training and test examples
models/        model files
evaluation/    metrics, calibration, comparison of models
training/      a recipe and examples -> a trained model
reading/       the recognizer: a picture -> text
authoring/     checking and creating plugins
report/        the HTML report
web/           the page to draw on
cli/           the command line
api/           the Python interface: the names above
__main__.py    `python -m handwriting`

Each imports only from those above it. Importing the package itself loads nothing else, not even NumPy.
"""

from importlib import import_module

TYPE_CHECKING = False  # type checkers know this name; to import typing takes as long as all else before `hwr` starts
if TYPE_CHECKING:
    from handwriting.api.classifier import DigitClassifier as DigitClassifier
    from handwriting.api.models import TrainedModel as TrainedModel
    from handwriting.api.models import load as load
    from handwriting.api.training import train as train
    from handwriting.errors import HandwritingError as HandwritingError
    from handwriting.reading.recognizer import Recognizer as Recognizer
    from handwriting.reading.result import Digit as Digit
    from handwriting.reading.result import Reading as Reading

__version__ = "0.1.0"

_MODULES = {
    "Recognizer": "reading.recognizer",
    "Reading": "reading.result",
    "Digit": "reading.result",
    "train": "api.training",
    "load": "api.models",
    "TrainedModel": "api.models",
    "DigitClassifier": "api.classifier",
    "HandwritingError": "errors",
}
"""The public names, and the modules that they are in."""

__all__ = [*_MODULES]


def __getattr__(name: str) -> object:
    """Return a public name, imported at its first use (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
