"""The check of an export: onnxruntime must give the outputs of hwr for 1,000 images, one at a time and in batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from handwriting.datasets.non_digits import NonDigits
from handwriting.datasets.strokes import Strokes
from handwriting.errors import HandwritingError
from handwriting.interfaces import Floats, Images
from handwriting.models.model_file import Model
from handwriting.nn.network import Network, as_inputs
from handwriting_onnx.model_file import refused

if TYPE_CHECKING:
    import onnxruntime

DIGITS, NON_DIGITS, NOISE = 700, 200, 100
"""How many of the images are drawn digits, drawn non-digits, and noise, in which every pixel is random."""
SEED = 20
BATCHES = (1, 64)
"""Sizes of the batches in which the images are given to onnxruntime; the last batch is smaller."""
TOLERANCE = 1e-4
"""Largest difference of probabilities; that of logits is relative to the largest logit, if that is above 1."""


@dataclass(frozen=True)
class Agreement:
    """The number of images that were compared, and the largest differences of logits and of probabilities.

    `scale` is the magnitude of the largest logit, at least 1: a difference is rounding in proportion to it.
    """

    images: int
    logits: float
    probabilities: float
    scale: float

    @property
    def is_close(self) -> bool:
        """Whether both differences are within the tolerance; not if one of them is NaN."""
        return self.logits <= TOLERANCE * self.scale and self.probabilities <= TOLERANCE


def check(content: bytes, model: Model, network: Network) -> Agreement:
    """Compare an ONNX file's `content` with the model and with its `network`, which was exported, for all images.

    Raises `HandwritingError` if onnxruntime can't use it, or if the outputs differ by more than rounding.
    """
    try:
        agreement = compare(content, model, network, check_images(), BATCHES)
    except HandwritingError:
        raise
    except Exception as error:  # onnxruntime has errors of several classes, without a public base
        raise refused("onnxruntime can't use what was exported", error, network, model) from error
    if not agreement.is_close:
        difference = ValueError(
            f"logits differ by up to {agreement.logits:.2g}, probabilities by up to {agreement.probabilities:.2g}"
        )
        raise refused("what was exported does not compute what the model does", difference, network, model)
    return agreement


def compare(content: bytes, model: Model, network: Network, images: Images, batches: Sequence[int]) -> Agreement:
    """Return how far the outputs of an ONNX file are from those of the model, for images in batches of these sizes.

    Raises `ModelError` for a model whose own outputs are infinite, and whatever onnxruntime raises.
    """
    expected = network.outputs(images), model.confidences(images)
    session = _session(content)
    found = [_outputs(session, images, batch) for batch in batches]
    logits, probabilities = (
        max(float(np.abs(outputs[kind] - expected[kind]).max()) for outputs in found) for kind in (0, 1)
    )
    return Agreement(len(images), logits, probabilities, max(1.0, float(np.abs(expected[0]).max())))


def check_images() -> Images:
    """Return the images that are compared, uint8 (1000, 28, 28): always the same, and drawn without any file."""
    drawn = [*Strokes.draw(DIGITS, SEED), *NonDigits.draw(NON_DIGITS, SEED)]
    noise = np.random.default_rng(SEED).integers(0, 256, (NOISE, 28, 28), np.uint8)
    return np.concatenate([*(examples.images for examples in drawn), noise])


def _session(content: bytes) -> "onnxruntime.InferenceSession":
    """Load a file's content into onnxruntime."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 4  # fatal errors alone: an exception says the rest
    settings.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, settings, providers=["CPUExecutionProvider"])


def _outputs(session: "onnxruntime.InferenceSession", images: Images, batch: int) -> tuple[Floats, Floats]:
    """Return the logits and the probabilities that onnxruntime computes, (n, classes) each."""
    inputs = as_inputs(images)
    parts = [
        session.run(["logits", "probabilities"], {"images": inputs[start : start + batch]})
        for start in range(0, len(inputs), batch)
    ]
    logits, probabilities = (np.concatenate(outputs) for outputs in zip(*parts, strict=True))
    return logits, probabilities
