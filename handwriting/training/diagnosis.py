"""Why a training may have failed: the settings that are known to cause that, and advice on each."""

from collections.abc import Iterator

from handwriting.nn.activations import Sigmoid, Tanh
from handwriting.nn.layers.activate import as_part
from handwriting.nn.layers.dropout import Dropout
from handwriting.registry.specs import with_inner
from handwriting.training.resolve import Setup

HIGH, LOW = 10, 1 / 1000
"""Multiples of the optimizer's default learning rate, above or below which the rate is a likely cause."""
STRONG_DECAY = 0.01
"""Fraction of the weights that weight decay takes away in each step, from which nothing else can be learned."""
FEWEST_STEPS = 100
"""Gradient steps of which fewer may not be enough."""
MOST_SATURATING = 3
"""Layers with a saturating activation, each of which makes the gradient smaller, from which it vanishes."""


def likely_causes(setup: Setup, steps: int) -> list[str]:
    """Return advice for a network that has learned nothing in that many gradient steps, the most likely cause first."""
    causes = list(unsuitable_settings(setup))
    if steps < FEWEST_STEPS:
        causes.append(f"{steps} gradient steps are few: try more --epochs, a smaller --batch-size or more time")
    return causes or ["check that the labels fit the images, and try the default settings"]


def unsuitable_settings(setup: Setup) -> Iterator[str]:
    """Yield advice on each setting that is likely to keep a network from learning."""
    recipe, rate, usual = setup.recipe, setup.learning_rate, setup.optimizer.learning_rate
    parts = [as_part(layer) for layer in setup.layers]
    if rate * recipe.weight_decay >= STRONG_DECAY:
        yield f"try a smaller --weight-decay than {recipe.weight_decay:g}: it pulls the weights to 0"
    if rate > HIGH * usual:
        yield f"try a smaller --learning-rate than {rate:g}: the default is {usual:g}"
    if rate < LOW * usual:
        yield f"try a larger --learning-rate than {rate:g}: the default is {usual:g}"
    if any(isinstance(inner, Dropout) and inner.rate >= 0.9 for part in parts for inner in with_inner(part)):
        yield "try a dropout rate of 0.5 or less: nearly everything is silenced"
    if sum(isinstance(part, Sigmoid | Tanh) for part in parts) >= MOST_SATURATING:
        yield "try --activation relu: through sigmoid or tanh layers in a row, the gradient vanishes"
    if (smoothing := getattr(setup.loss, "label_smoothing", 0.0)) >= 0.9:
        yield f"try a smaller --label-smoothing than {smoothing:g}: it hides the labels"
