"""The embedding: the output of the last hidden layer, and its principal components."""

from pathlib import Path

import numpy as np
import pytest

from handwriting.report import embedding
from handwriting.training.recipe import Recipe
from tests.helpers.reports import evaluated_model


def test_principal_components_are_those_of_the_covariance() -> None:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(200, 6)) * [5, 3, 1, 1, 1, 0.5]
    found = embedding.principal_components(features)
    assert found is not None
    points, explained = found
    values = np.sort(np.linalg.eigvalsh(np.cov(features.T)))[::-1]
    assert points.var(axis=0, ddof=1) == pytest.approx(values[:2])
    assert explained == pytest.approx(values[:2] / values.sum())
    assert points[:, 0] @ points[:, 1] == pytest.approx(0, abs=1e-6)
    assert abs(np.corrcoef(points[:, 0], features[:, 0])[0, 1]) > 0.9
    assert embedding.principal_components(np.full((5, 3), np.inf)) is None
    assert embedding.principal_components(np.ones((5, 3))) is None


def test_the_last_hidden_layer_leads_to_the_outputs(tmp_path: Path) -> None:
    evaluated = evaluated_model(tmp_path, Recipe(layers=("conv2d:3,kernel=5", "batch-norm", "relu"), hidden=(7,)))
    network, images = evaluated.model.network, evaluated.examples.images[:9]
    features = embedding.last_hidden(network, images)
    assert features is not None
    assert features.shape == (9, 7)
    last = network.parameters[-1]
    assert features @ last["weights"] + last["bias"] == pytest.approx(network.outputs(images), rel=1e-4, abs=1e-5)
