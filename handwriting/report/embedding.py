"""The embedding: pictures as points, near each other where the network's last hidden layer answers alike.

Principal component analysis (Pearson 1901): of all flat views of the many-dimensional answers this one keeps most of
their variance.
"""

from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Images, Labels
from handwriting.nn.network import Network
from handwriting.report.axes import Axis, spread
from handwriting.report.markup import e
from handwriting.report.words import called, glyph

MOST = 1000
"""Pictures that are drawn; more would hide each other."""
SIDE = 560.0
AIR = 16.0


@dataclass(frozen=True)
class Embedding:
    """Points (n, 2) and the shares of the variance, 0 to 1, that the two axes keep."""

    points: NDArray[np.float64]
    kept: tuple[float, float]


def last_hidden(network: Network, images: Images) -> Floats | None:
    """Return what the last layer with weights is given, (n, features), for pictures (n, 28, 28).

    None where that is no vector, as in a network that ends in a convolution.
    """
    weighted = [i for i, stage in enumerate(network.stages) if any(p.fans for p in stage.parameters.values())]
    if not weighted or len(network.stages[weighted[-1]].input_shape) != 1:
        return None
    *_, features = islice(network.activations(images), weighted[-1])
    return features.reshape(len(images), -1)


def principal_components(features: Floats) -> Embedding | None:
    """Return the features (n, k) seen along their two principal components; None where there are no two of them."""
    if min(features.shape) < 2 or not np.isfinite(features).all():
        return None
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    if not centred.any():
        return None
    left, strengths, right = np.linalg.svd(centred, full_matrices=False)
    # A component's sign is arbitrary: the largest of its weights is made positive, so that every run draws the same.
    signs = np.sign(right[[0, 1], np.abs(right[:2]).argmax(axis=1)])
    shares = strengths**2 / np.sum(strengths**2)
    return Embedding(left[:, :2] * strengths[:2] * signs, (float(shares[0]), float(shares[1])))


def scatter(embedding: Embedding, labels: Labels, read: NDArray[np.intp], class_names: tuple[str, ...]) -> Element:
    """Draw every picture as the name of its class (n,); what was read as something else stands out."""
    x, y = (spread(column.tolist()) for column in embedding.points.T)
    across, up = Axis(*x, AIR, SIDE - AIR), Axis(*y, SIDE - AIR, AIR)
    places = [(across(px), up(py)) for px, py in embedding.points.tolist()]
    groups = (
        _class(i, name, [places[n] for n in np.flatnonzero((labels == i) & (read == i))], len(class_names))
        for i, name in enumerate(class_names)
    )
    wrong = (_wrong(*places[n], class_names[labels[n]], class_names[read[n]]) for n in np.flatnonzero(read != labels))
    words = f"{len(labels):,} pictures by what the last hidden layer makes of them"
    return e(
        "svg",
        e("title", words),
        *groups,
        *wrong,
        viewBox=f"0 0 {SIDE:g} {SIDE:g}",
        role="img",
        class_="scatter",
    )


def _class(i: int, name: str, places: list[tuple[float, float]], classes: int) -> Element:
    marks = (e("text", glyph(name), x=f"{x:.0f}", y=f"{y + 4:.0f}") for x, y in places)
    return e("g", *marks, style=f"--hue: {360 * i / classes:.0f}", class_="class")


def _wrong(x: float, y: float, truth: str, read: str) -> Element:
    return e(
        "g",
        e("title", f"a {called(truth)} that was read as {called(read)}"),
        e("circle", cx=x, cy=y, r=8),
        e("text", glyph(truth), x=x, y=y + 4),
        class_="mistake",
    )
