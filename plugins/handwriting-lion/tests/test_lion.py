import numpy as np
import pytest
from handwriting_lion import Lion

from handwriting.errors import SettingError
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Examples
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer


def test_one_step_is_the_formula_of_the_paper() -> None:
    optimizer = Lion(direction_decay=0.8, mean_decay=0.9, weight_decay=0.5)
    start, mean, gradient = (np.array(row, np.float32) for row in ([1, 1, -2, 3], [1, -1, 0.1, 0], [-9, 1, -0.1, 0]))
    parameters, state = start.copy(), {"mean": mean.copy()}
    optimizer.step(parameters, gradient.copy(), state, 0.1)
    np.testing.assert_allclose(
        parameters, start - 0.1 * (np.sign(0.8 * mean + 0.2 * gradient) + 0.5 * start), rtol=1e-6
    )
    np.testing.assert_allclose(state["mean"], 0.9 * mean + 0.1 * gradient, atol=1e-6)


def test_works_in_place_with_one_number_of_state_for_each_parameter() -> None:
    parameters = np.zeros(5, np.float32)
    state = Lion().start(5)
    kept = state["mean"]
    Lion().step(parameters, np.ones(5, np.float32), state, 0.01)
    assert state.keys() == {"mean"}
    assert state["mean"] is kept
    assert kept.dtype == np.float32
    np.testing.assert_allclose(parameters, -0.01)


def test_finds_the_minimum_of_an_ill_conditioned_quadratic() -> None:
    curvature = np.array([100, 1, 0.01], np.float32)
    parameters = np.array([0.5, -0.4, 0.3], np.float32)
    state = Lion().start(3)
    for step in range(1000):
        Lion().step(parameters, curvature * parameters, state, 0.01 * (1 - step / 1000))
    np.testing.assert_allclose(parameters, 0, atol=0.002)


def test_trains_a_network_at_its_default_learning_rate() -> None:
    recipe = Recipe(optimizer="lion", hidden=(16,), epochs=5, batch_size=50)
    network = resolve(recipe, 4).build_network()
    rng = np.random.default_rng(0)
    labels = np.arange(1000, dtype=np.uint8) % 4
    images = rng.integers(0, 100, (1000, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):  # the class is the position of a bright bar
        image[7 * label : 7 * label + 7] += 30
    for _ in Trainer(network, Examples(images, labels), resolve(recipe), positions=np.arange(800)).run():
        pass
    assert accuracy(network.outputs(images[800:]), labels[800:]) > 0.95


@pytest.mark.parametrize("settings", [{"direction_decay": 1.0}, {"mean_decay": -0.1}, {"weight_decay": -1.0}])
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingError):
        Lion(**settings)
