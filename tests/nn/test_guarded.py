"""Guards: what they cost. That they blame is tested with whole trainings in tests/project."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.interfaces import Examples
from handwriting.nn import guarded, returned
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import make_trainer
from tests.helpers import plugin_factory
from tests.helpers.plugin_factory import Site, installed


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with installed(tmp_path, monkeypatch) as site:
        yield site


def test_no_array_of_the_size_of_activations_is_searched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"activations": plugin_factory.ACTIVATION, "layers": plugin_factory.LAYER, "losses": plugin_factory.LOSS}
    for group, source in sources.items():
        site.install(f"own-{group}", {group: {"own": f"own_{group}:Own"}}, {f"own_{group}": source.format(name="Own")})
    recipe = Recipe(layers=("own",), hidden=(50,), activation="own", loss="own", batch_size=32, validation=0, epochs=1)
    examples = Examples(np.zeros((64, 28, 28), np.uint8), np.zeros(64, np.uint8))
    trainer = make_trainer(resolve(recipe), examples, ("a", "b"))
    searched: list[int] = []

    def count(original: Any) -> Any:
        def counted(*arrays: Any) -> Any:
            searched.extend(array.size for array in arrays)
            return original(*arrays)

        return counted

    for module, name in product((guarded, returned), ("are_finite", "are_moderate")):
        monkeypatch.setattr(module, name, count(getattr(module, name)))
    list(trainer.run())
    assert trainer.network.is_guarded
    assert searched == [2, 32 * 2] * 2  # in each of two batches: the state of the layer, the gradient of the outputs
