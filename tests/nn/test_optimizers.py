"""Optimizers: the formulas of the papers, and convergence to a minimum."""

from typing import Any

import numpy as np
import pytest

from handwriting.errors import SettingError
from handwriting.registry import entry_points, specs

NAMES = [entry.name for entry in entry_points.entries("optimizer") if entry.built_in]


@pytest.mark.parametrize("name", NAMES)
def test_converges_to_the_minimum_of_a_quadratic(name: Any) -> None:
    optimizer = specs.make("optimizer", name)
    minimum = np.linspace(-1, 1, 50, dtype=np.float32)
    parameters = np.zeros(50, np.float32)
    state = optimizer.start(50)
    for step in range(1000):
        optimizer.step(parameters, parameters - minimum, state, optimizer.learning_rate * (1 - step / 1000))
    np.testing.assert_allclose(parameters, minimum, atol=0.02)
    assert parameters.dtype == np.float32


@pytest.mark.parametrize("name", NAMES)
def test_saved_and_restored_state_gives_the_same_steps(name: Any) -> None:
    optimizer = specs.make("optimizer", name)
    gradients = np.random.default_rng(0).normal(size=(6, 8)).astype(np.float32)
    uninterrupted = np.ones(8, np.float32)
    state = optimizer.start(8)
    for gradient in gradients:
        optimizer.step(uninterrupted, gradient.copy(), state, 0.1)

    resumed, state = np.ones(8, np.float32), optimizer.start(8)
    for gradient in gradients[:3]:
        optimizer.step(resumed, gradient.copy(), state, 0.1)
    state = {key: array.copy() for key, array in state.items()}
    for gradient in gradients[3:]:
        optimizer.step(resumed, gradient.copy(), state, 0.1)
    assert np.array_equal(uninterrupted, resumed)


def test_momentum_keeps_a_fraction_of_its_velocity() -> None:
    optimizer = specs.make("optimizer", "momentum:0.5")
    parameters, state = np.zeros(1, np.float32), optimizer.start(1)
    for _ in range(3):
        optimizer.step(parameters, np.ones(1, np.float32), state, 0.1)
    assert parameters[0] == pytest.approx(-0.1 * (1 + 1.5 + 1.75))


def test_adam_follows_the_paper() -> None:
    optimizer = specs.make("optimizer", "adam")
    gradients = np.random.default_rng(1).normal(size=(20, 4))
    parameters, state = np.zeros(4, np.float32), optimizer.start(4)
    expected, mean, square = np.zeros(4), np.zeros(4), np.zeros(4)
    for t, gradient in enumerate(gradients, 1):
        optimizer.step(parameters, gradient.astype(np.float32), state, 0.01)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        expected -= 0.01 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    np.testing.assert_allclose(parameters, expected, rtol=1e-4)


@pytest.mark.parametrize("spec", ["momentum:1", "momentum:-0.1", "adam:mean_decay=1.5"])
def test_a_decay_out_of_range_is_refused(spec: str) -> None:
    with pytest.raises(SettingError, match="must be at least 0 and below 1"):
        specs.make("optimizer", spec)


@pytest.mark.parametrize("epsilon", ["-1", "inf"])
def test_an_epsilon_out_of_range_is_refused(epsilon: str) -> None:
    with pytest.raises(SettingError, match="epsilon must be"):
        specs.make("optimizer", f"adam:epsilon={epsilon}")
