"""The sections of the network's structure: its layers, and the weights of the first one as images."""

from collections.abc import Sequence

from handwriting.nn import architecture, weight_images
from handwriting.nn.layers.residual import SHORTCUT, inner_stages
from handwriting.nn.network import Network
from handwriting.report import png
from handwriting.report.formatting import counted
from handwriting.report.markup import Node, e
from handwriting.report.page import Section
from handwriting.report.tables import bar_cell, table

MOST_UNITS = 64


def summary(network: Network) -> str:
    """Return the network in one line, such as "784 → 128 relu → 10, 101,770 parameters"."""
    return str(network).replace("->", "→")


def layers(network: Network) -> Section:
    """Return the layers with their shapes, and the number of their parameters with a bar.

    Those inside a residual block follow on it, each behind a "+", or behind "shortcut".
    """
    largest = max(max(stage.trained_size for stage in network.stages), 1)
    rows: list[Sequence[Node]] = []
    inside = [(stage, inner_stages(stage)) for stage in network.stages]
    named = [pair for stage, inner in inside for pair in (("", stage), *inner.items())]
    for name, stage in named:
        place = "" if not name else f"{SHORTCUT} " if name == SHORTCUT else "+ "
        shapes = map(architecture.shape_text, (stage.input_shape, stage.output_shape))
        count = bar_cell(f"{stage.trained_size:,}", stage.trained_size / largest)
        rows.append([e("span", place, e("code", architecture.describe(stage.layer))), *shapes, count])
    return Section("network", "Layers", "", [table(["layer", "input", "output", "parameters"], rows)])


def first_weights(network: Network) -> Section | None:
    """Return the weights of the first layer that has any, None if they are no images."""
    weights = weight_images.first_weights(network)
    if weights is None:
        return None
    shown = weight_images.scaled(weight_images.strongest(weights, MOST_UNITS))
    count = f"{counted(len(weights), 'unit')} of the first layer with weights"
    which = f"The {MOST_UNITS} largest of {count}" if len(weights) > MOST_UNITS else f"All {count}"
    note = (
        f"{which}, each scaled by its own largest weight. Ink where an image is red raises the output of the unit, ink "
        "where it is blue lowers it."
    )
    images = (png.weights(image, f"weights of a unit, no. {i + 1} by size") for i, image in enumerate(shown))
    kind = "weight-images" if min(shown.shape[1:]) >= 14 else "weight-images small"
    return Section("weights", "First-layer weights", note, [e("div", *images, class_=kind)])
