"""Knowledge distillation: a network learns the answers of trained ones, its teachers, beside the labels.

    inputs -> each teacher -> confidences -> their mean
    labels                 -> targets     -> a mixture of both: the targets that the network learns

The confidences say more than a label does: that this 7 is almost a 1, or that a part of an 8 looks like a 0. Several
teachers read better than each of them, and one network can learn most of it (G. Hinton, O. Vinyals and J. Dean,
"Distilling the knowledge in a neural network", 2015). They see the same augmented images as the network (L. Beyer et
al., "Knowledge distillation: a good teacher is patient and consistent", 2022).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Shape
from handwriting.models import model_file, user_models
from handwriting.nn.architecture import shape_text
from handwriting.nn.folding import folded
from handwriting.nn.losses import CrossEntropy, softmax
from handwriting.nn.network import Network

WEIGHT = 0.7
"""Weight of the teachers' confidences in the targets; the labels have the rest."""


@dataclass(frozen=True)
class Teacher:
    """A trained network, and which of its outputs stand for the classes of the training."""

    name: str
    network: Network
    class_names: tuple[str, ...]
    outputs: tuple[int, ...] = ()

    @classmethod
    def load(cls, name: str) -> "Teacher":
        """Return the model that a recipe names as a teacher: a file, or "bundled".

        Raises `ModelError` or `PluginError` if it can't be used, and `SettingError` if its confidences are no
        probabilities.
        """
        path = user_models.BUNDLED if name == user_models.BUNDLED_NAME else Path(name)
        if not os.path.isfile(path):
            raise SettingError(f"there is no model file {name} to learn from: give a file, or bundled")
        model = model_file.load(path)
        if not isinstance(model.loss, CrossEntropy):
            raise SettingError(f"the teacher {name} was not trained with cross-entropy: give another one")
        return cls(name, folded(model.network), model.class_names)

    def for_classes(self, class_names: Sequence[str]) -> "Teacher":
        """Return the teacher for a dataset with these classes; raises `SettingError` if it does not know them all."""
        if missing := [known for known in class_names if known not in self.class_names]:
            raise SettingError(f"the teacher {self.name} does not know the class {missing[0]}: give another one")
        return replace(self, outputs=tuple(map(self.class_names.index, class_names)))

    def check(self, input_shape: Shape) -> None:
        """Raise `SettingError` if it does not read images of this shape."""
        if (shape := self.network.stages[0].input_shape) != input_shape:
            raise SettingError(
                f"the teacher {self.name} reads images of {shape_text(shape)}, these are {shape_text(input_shape)}"
            )

    def confidences(self, x: Floats) -> Floats:
        """Return its confidences (batch, classes) for inputs `x`, given that it is one of the classes."""
        logits, _ = self.network.forward(x, training=False, rng=np.random.default_rng(0))
        return softmax(logits[:, self.outputs])


def mixed(targets: Floats, teachers: Sequence[Teacher], x: Floats) -> Floats:
    """Return `targets` (batch, classes) mixed with the mean confidences of the teachers for the inputs `x`."""
    confidences = np.mean([teacher.confidences(x) for teacher in teachers], axis=0)
    mixture: Floats = targets + targets.dtype.type(WEIGHT) * (confidences - targets)
    return mixture
