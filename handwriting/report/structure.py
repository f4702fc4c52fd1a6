"""The structure: the network's layers, and what the first of them looks for."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from handwriting.nn import architecture, weight_images
from handwriting.nn.network import Network
from handwriting.report import pictures
from handwriting.report.markup import Node, e
from handwriting.report.tables import table

MOST_TILES = 64


def layers(network: Network) -> Element:
    """Return a table of the layers with their shapes and parameters, and a bar for their share of all of these."""
    largest = max(max(stage.trained_size for stage in network.stages), 1)
    rows: Iterable[Sequence[Node]] = (
        [
            e("code", architecture.describe(stage.layer)),
            architecture.shape_text(stage.input_shape),
            architecture.shape_text(stage.output_shape),
            _bar(stage.trained_size, largest),
        ]
        for stage in network.stages
    )
    return table(["layer", "takes", "gives", "parameters"], rows)


def weights(network: Network) -> Element | None:
    """Return the first layer's weights as pictures, None where they are none."""
    found = weight_images.first_weights(network)
    if found is None:
        return None
    shown = weight_images.scaled(weight_images.strongest(found, MOST_TILES))
    kind = "tiles" if min(shown.shape[1:]) >= 14 else "tiles small"
    pieces = (pictures.weights(tile, f"weights of a unit, no. {i + 1} by size") for i, tile in enumerate(shown))
    return e("div", *pieces, class_=kind)


def weights_in_words(network: Network) -> str:
    """Say what `weights` shows."""
    found = weight_images.first_weights(network)
    count = 0 if found is None else len(found)
    which = f"The {MOST_TILES} heaviest of {count:,} units" if count > MOST_TILES else f"All {count:,} units"
    return (
        f"{which} of the first layer with weights, each scaled by its own largest weight. Ink where a picture is red "
        "speaks for the unit, ink where it is blue speaks against it."
    )


def _bar(count: int, largest: int) -> Element:
    return e("td", f"{count:,}", class_="share", style=f"--share: {100 * count / largest:.1f}%")
