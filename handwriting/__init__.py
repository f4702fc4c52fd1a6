"""hwr: learns to read handwritten digits with a neural network written from scratch on NumPy.

Data flows one way through the rooms of this package: dataset, network, trainer, model file, recogniser, command line.
Importing the package itself costs nothing: NumPy is loaded by the room that needs it.
"""

__version__ = "0.1.0"
