"""hwr: learns to read handwritten digits with a neural network written from scratch on NumPy.

Data flows one way through the rooms of this package: dataset, network, trainer, model file, recogniser, command line.
Importing the package itself costs nothing: NumPy is loaded by the room that needs it.

    from handwriting import Recognizer
    print(Recognizer().read("photo.jpg").text)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handwriting.reading.recognizer import Recognizer as Recognizer

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Return `Recognizer` when it is first asked for (PEP 562), since it brings NumPy along."""
    if name == "Recognizer":
        from handwriting.reading.recognizer import Recognizer

        return Recognizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
