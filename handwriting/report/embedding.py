"""The section of the embedding: test images as points, near each other if the network computes similar features.

The features are the output of the last hidden layer. They are projected onto two dimensions by principal component
analysis (Pearson 1901), which of all linear projections preserves most of the variance.
"""

from itertools import islice
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.interfaces import NON_DIGIT, Floats, Images, Labels
from handwriting.nn.network import Network
from handwriting.report.charts import Axis, padded_range
from handwriting.report.formatting import percent
from handwriting.report.markup import e
from handwriting.report.page import Section

MOST_POINTS = 1000
"""More would hide each other."""
SIDE, MARGIN = 560.0, 16.0


def section(evaluated: EvaluatedModel) -> Section | None:
    """Return the first test images as points, None if the network has no features to project."""
    evaluation, chosen = evaluated.evaluation, slice(MOST_POINTS)
    features = last_hidden(evaluated.model.network, evaluated.examples.images[chosen])
    projected = None if features is None else principal_components(features)
    if features is None or projected is None:
        return None
    points, explained = projected
    labels, read = evaluation.labels[chosen], np.asarray(evaluation.confidences[chosen].argmax(axis=1))
    note = (
        f"The first {len(labels):,} test images by the output of the last hidden layer, {features.shape[1]:,} values, "
        f"projected onto two principal components, which explain {percent(explained.sum(), 0)} of the variance. "
        "A circle marks a misread image."
    )
    return Section("embedding", "Embedding", note, [_plot(points, labels, read, evaluation.metrics.class_names)])


def last_hidden(network: Network, images: Images) -> Floats | None:
    """Return the input of the last layer with weights, (n, features), for images (n, 28, 28).

    None if that is not a vector for each image, as in a network that ends in a convolution.
    """
    weighted = [i for i, stage in enumerate(network.stages) if any(p.fans for p in stage.parameters.values())]
    if not weighted or len(network.stages[weighted[-1]].input_shape) != 1:
        return None
    *_, features = islice(network.activations(images), weighted[-1])
    return features.reshape(len(images), -1)


def principal_components(features: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return features (n, k) projected onto their first two principal components, (n, 2), or None if there are not two.

    The second array is the fraction of the variance that each of the two explains.
    """
    if min(features.shape) < 2 or not np.isfinite(features).all():
        return None
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    if not centred.any():
        return None
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    # The sign of a component is arbitrary. Its largest weight is made positive, so that every run draws the same.
    signs = np.sign(vt[[0, 1], np.abs(vt[:2]).argmax(axis=1)])
    return u[:, :2] * s[:2] * signs, s[:2] ** 2 / np.sum(s**2)


def _plot(points: NDArray[np.float64], labels: Labels, read: NDArray[np.intp], names: tuple[str, ...]) -> Element:
    """Draw every image as the name of its class; misread ones stand out."""
    x_axis = Axis(*padded_range(points[:, 0].tolist()), MARGIN, SIDE - MARGIN)
    y_axis = Axis(*padded_range(points[:, 1].tolist()), SIDE - MARGIN, MARGIN)
    places = [(x_axis(x), y_axis(y)) for x, y in points.tolist()]
    groups = []
    for i, name in enumerate(names):
        symbols = (_symbol(name, *places[n]) for n in np.flatnonzero((labels == i) & (read == i)))
        groups.append(e("g", *symbols, style=f"--hue: {360 * i / len(names):.0f}", class_="class"))
    groups += [_misread(names[labels[n]], names[read[n]], *places[n]) for n in np.flatnonzero(read != labels)]
    title = e("title", f"{len(labels):,} images by the output of the last hidden layer")
    return e("svg", title, *groups, viewBox=f"0 0 {SIDE:g} {SIDE:g}", role="img", class_="scatter")


def _misread(truth: str, read: str, x: float, y: float) -> Element:
    tooltip = e("title", f"a {truth} that is read as {read}")
    return e("g", tooltip, e("circle", cx=x, cy=y, r=8), _symbol(truth, x, y), class_="mistake")


def _symbol(name: str, x: float, y: float) -> Element:
    return e("text", "∅" if name == NON_DIGIT else name[:2], x=f"{x:.0f}", y=f"{y + 4:.0f}")
