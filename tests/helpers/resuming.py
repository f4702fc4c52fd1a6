"""Whether a training that is interrupted and resumed gives the same bits as one that runs to its end."""

import numpy as np

from handwriting.interfaces import Examples
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import make_trainer


def examples(count: int = 200) -> Examples:
    """Return random images of two classes."""
    rng = np.random.default_rng(1)
    return Examples(rng.integers(0, 256, (count, 28, 28), dtype=np.uint8), rng.integers(0, 2, count).astype(np.uint8))


def states_of_resumed(recipe: Recipe) -> set[str]:
    """Train to the end, and again from the state after the first epoch; return the names of the arrays in that state.

    Raises `AssertionError` if the parameters differ by a bit.
    """
    whole, resumed = (make_trainer(resolve(recipe), examples(), ("a", "b")) for _ in range(2))
    first = whole.run()
    while not whole.history:
        next(first)
    arrays, values = whole.state()
    resumed.restore({name: array.copy() for name, array in arrays.items()}, values)
    for trainer, events in ((whole, first), (resumed, resumed.run())):
        for _ in events:
            pass
        assert len(trainer.history) == recipe.epochs
    assert np.array_equal(whole.network.vector, resumed.network.vector)
    return set(arrays)
