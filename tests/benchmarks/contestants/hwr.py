"""hwr itself, through the functions that its own commands call: what it does by default, and how it trains."""

import contextlib
import cProfile
import pstats
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

_until_the_end = contextlib.ExitStack()


def use_threads(threads: int) -> None:
    """Set this process up as `hwr --threads N` does; to be called before anything imports NumPy."""
    from handwriting.system.thread_pool import use_threads

    _until_the_end.enter_context(use_threads(threads))


class Defaults:
    """What hwr does where nothing else is said."""

    def __init__(self, threads: int = 1) -> None:
        use_threads(threads)

    def recipe(self) -> dict[str, Any]:
        """Return the default recipe, with the optimizer's own learning rate filled in."""
        from handwriting.registry import specs
        from handwriting.training.recipe import Recipe

        recipe = Recipe()
        return asdict(recipe) | {"learning_rate": specs.make("optimizer", recipe.optimizer).learning_rate}

    def presets(self) -> list[str]:
        """Return the names of the presets."""
        from handwriting.training import recipe_toml

        return recipe_toml.presets()

    def blas(self) -> list[str]:
        """Return BLAS, version, kernels and threads of the matrix products."""
        return blas()


class Training:
    """`handwriting.trainer.train` on MNIST's files, as `hwr train` runs it, without held-out pictures."""

    def __init__(self, folder: str, threads: int, count: int | None = None, **recipe: Any) -> None:
        """Use the four IDX files in `folder`, or only the first `count` pictures of them."""
        use_threads(threads)
        import numpy as np

        from handwriting.datasets.mnist import Mnist
        from handwriting.training.recipe import Recipe
        from handwriting.training.resolve import resolve
        from handwriting.training.trainer import train

        self.splits = Mnist().load(Path(folder))
        self.recipe = Recipe(validation=0.0, **recipe)
        self.network = resolve(self.recipe).build_network()
        # As `hwr train` does first, too; it leaves malloc with a heap from which batches get their arrays faster.
        self.network.outputs(self.splits.test.images)
        self.positions = np.arange(count or len(self.splits.train))
        self.events = train(self.network, self.splits.train, resolve(self.recipe), positions=self.positions)
        self.seen = 0

    def epoch(self) -> float:
        """Walk through the examples once and return the seconds."""
        from handwriting.training.events import Step

        started = time.perf_counter()
        for event in self.events:
            if not isinstance(event, Step):
                break
            done = event.done
        else:
            raise RuntimeError("the training has come to its end")
        seconds = time.perf_counter() - started
        self.seen += done
        return seconds

    def work(self) -> dict[str, Any]:
        """Say what was done up to now, and how well the test set is read."""
        from handwriting.evaluation.metrics import accuracy

        test = self.splits.test
        return {
            "parameters": len(self.network.trained),
            "epochs": self.seen // len(self.positions),
            "batch_size": self.recipe.batch_size,
            "examples": self.seen,
            "recipe": f"{self.recipe.optimizer} {self.recipe.learning_rate:g} {self.recipe.schedule}",
            "accuracy": accuracy(self.network.outputs(test.images), test.labels),
        }

    def blas(self) -> list[str]:
        return blas()

    def profiled_epoch(self) -> dict[str, Any]:
        """Walk once more under cProfile; return its seconds and what each function of hwr took by itself.

        What a function of hwr called outside hwr (NumPy, mostly) is counted as its own; calls of C are not watched,
        which would cost more than they do. Functions are named
        "layers/dense.py:forward". Only this thread is seen: for work in others, it is the waiting that shows.
        """
        profile = cProfile.Profile(builtins=False)
        profile.enable()
        seconds = self.epoch()
        profile.disable()
        return {"seconds": seconds, "functions": own_seconds(pstats.Stats(profile))}


def blas() -> list[str]:
    """Return BLAS, version, kernels and threads of each pool that is loaded."""
    import numpy as np  # noqa: F401  only what is loaded can be asked
    from threadpoolctl import threadpool_info

    return [
        f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}, {pool['num_threads']} threads"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    ]


def own_seconds(stats: pstats.Stats) -> dict[str, float]:
    """Return for each function of hwr its seconds without those of the functions of hwr that it called."""
    import handwriting

    package = str(Path(handwriting.__file__).parent)
    timings: dict[Any, Any] = stats.stats  # type: ignore[attr-defined]
    found: dict[str, float] = {}
    inside = {function for function in timings if function[0].startswith(package)}
    for function in inside:
        cumulative = timings[function][3]
        passed_on = sum(timings[callee][4][function][3] for callee in inside if function in timings[callee][4])
        name = f"{Path(function[0]).relative_to(package).as_posix()}:{function[2]}"
        found[name] = found.get(name, 0.0) + cumulative - passed_on
    return found
