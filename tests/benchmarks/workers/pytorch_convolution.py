"""Training of any network of hwr's own layers with PyTorch, epoch by epoch."""

from typing import Any

import torch
from torch import nn

from handwriting.nn import architecture
from handwriting.nn.activations import Relu, Swish
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.activate import Activate
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.layers.pooling import MaxPool
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve

from . import pytorch

CHUNK = 1000
"""Test images that are classified together."""


class Training(pytorch.Training):
    """A training by a recipe of hwr, with PyTorch's own initial weights and its fused Adam."""

    def __init__(self, folder: str, threads: int, seed: int, count: int, channels_last: bool, **recipe: Any) -> None:
        """Load MNIST; `channels_last` is the memory layout that PyTorch recommends for convolutions on a CPU."""
        super().__init__(folder, threads, seed, fused=True, **recipe)
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.network.to(memory_format=layout)
        self.images = self.images[:count].view(-1, 1, 28, 28).to(memory_format=layout)
        self.labels = self.labels[:count]

    def build(self, recipe: dict[str, Any]) -> nn.Sequential:
        """Return the network with the layers that hwr would have."""
        layers = resolve(Recipe(layers=tuple(recipe["layers"]), hidden=())).layers
        return nn.Sequential(*map(_module, architecture.plan(layers)))

    def accuracy(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """Return the fraction of images that are classified correctly, by the running averages of batch norm."""
        self.network.eval()
        chunks = zip(images.view(-1, 1, 28, 28).split(CHUNK), labels.split(CHUNK), strict=True)
        right = sum(super(Training, self).accuracy(*chunk) * len(chunk[1]) for chunk in chunks)
        self.network.train()
        return right / len(labels)


def _module(stage: Stage) -> nn.Module:
    """Return the module that does what a layer does; its images are (batch, channels, height, width)."""
    *_, depth = stage.input_shape
    match stage.layer:
        case Conv2d(channels, kernel, stride, padding):
            return nn.Conv2d(depth, channels, kernel, stride, padding)
        case BatchNorm(decay, epsilon):
            kind = nn.BatchNorm2d if len(stage.input_shape) == 3 else nn.BatchNorm1d
            return kind(depth, epsilon, 1 - decay)
        case MaxPool(size):
            return nn.MaxPool2d(size)
        case Dense(units):
            return nn.Linear(depth, units)
        case Flatten():
            return nn.Flatten()
        case Activate(Swish()):
            return nn.SiLU()
        case Activate(Relu()):
            return nn.ReLU()
    raise ValueError(f"no module of PyTorch for {architecture.describe(stage.layer)}")
