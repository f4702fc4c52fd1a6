"""Where random numbers come from: one independent generator for each purpose, so that none disturbs another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import DataError
from handwriting.training.recipe import Recipe


@dataclass(frozen=True)
class Streams:
    """The generators of a training: for initial weights, the validation set, the order of examples, and layers."""

    weights: np.random.Generator
    held_out: np.random.Generator
    order: np.random.Generator
    layers: np.random.Generator


def streams(seed: int) -> Streams:
    """Return the generators that belong to a seed."""
    return Streams(*(np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)))


def hold_out(count: int, recipe: Recipe) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw the validation set from `count` examples; return the positions to train on and those held out, in order.

    Raises `DataError` if either would be empty although the recipe asks for it.
    """
    held = round(count * recipe.validation)
    if held >= count or (recipe.validation > 0 and held == 0):
        raise DataError(f"can't hold out {recipe.validation:g} of {count} training examples: see --validation")
    order = streams(recipe.seed).held_out.permutation(count)
    return np.sort(order[held:]), np.sort(order[:held])
