"""The check of an export for the tests of plugins: a small network with the part in question, by hwr and onnxruntime.

>>> from handwriting.nn.layers.conv2d import Conv2d
>>> from handwriting_onnx.testing import check_export, small_model
>>> content = check_export(small_model(Conv2d(4)))
"""

from typing import Any

import numpy as np

from handwriting.interfaces import NON_DIGIT, Activation, Images, Layer
from handwriting.models.model_file import Model
from handwriting.nn.folding import folded
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.losses import CrossEntropy
from handwriting.nn.network import Network
from handwriting.pictures.preparation import SETTINGS
from handwriting_onnx.check import compare
from handwriting_onnx.model_file import to_bytes

IMAGES: Images = np.random.default_rng(1).integers(0, 256, (9, 28, 28), np.uint8)
BATCHES = (1, 4)


def small_model(*parts: Layer | Activation, classes: int = 10, seed: int = 0, **settings: Any) -> Model:
    """Return a model of these parts and a last dense layer, with random parameters, as after a training.

    The parameters are drawn from `seed`. The last of 11 classes is that of non-digits. `settings` are others of
    `Model`, such as its loss.
    """
    rng = np.random.default_rng(seed)
    network = Network.build([*map(as_layer, parts), Flatten(), Dense(classes)], rng)
    for parameters in network.parameters:
        for name, array in parameters.items():
            if name.endswith(("scale", "variance")):
                array[...] = rng.uniform(0.5, 1.5, array.shape)
            elif not name.endswith("weights"):
                array[...] = rng.uniform(-0.3, 0.3, array.shape)
    names = [*map(str, range(min(classes, 10))), *[NON_DIGIT] * (classes > 10)]
    return Model(network, settings.pop("loss", CrossEntropy()), tuple(names), dict(SETTINGS), **settings)


def check_export(model: Model, fold: bool = True) -> bytes:
    """Return the content of a model's ONNX file; raises `AssertionError` if onnxruntime computes anything else.

    `fold` says whether normalizations are folded. A part that can't be exported raises `PluginError`.
    """
    network = folded(model.network) if fold else model.network
    content = to_bytes(model, network)
    agreement = compare(content, model, network, IMAGES, BATCHES)
    assert agreement.is_close, f"the outputs differ from those of hwr: {agreement}"
    return content
