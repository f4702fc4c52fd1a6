"""hwr's training, called as its own commands call it; its default recipe; and the BLAS that it uses."""

import contextlib
import cProfile
import pstats
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

import handwriting
from handwriting.datasets.mnist import Mnist
from handwriting.evaluation.metrics import accuracy
from handwriting.registry import specs
from handwriting.system.thread_pool import thread_pool, use_threads
from handwriting.training.data_parallel import suitable_threads
from handwriting.training.events import Step
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

COUNT = 60_000
"""Images in MNIST's training set."""
PACKAGE = Path(handwriting.__file__).parent


class Hwr:
    """A process that is set up as `hwr --threads N` does."""

    def __init__(self, threads: int = 1) -> None:
        self._settings = contextlib.ExitStack()
        self._settings.enter_context(use_threads(threads))

    def threads(self) -> int:
        """Return the number of threads."""
        return thread_pool().size

    def blas(self) -> list[str]:
        """Return name, version, kernels and threads of each BLAS library that is loaded."""
        return [
            f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}, {pool['num_threads']} threads"
            for pool in threadpool_info()
            if pool["user_api"] == "blas"
        ]

    def default_recipe(self) -> dict[str, Any]:
        """Return the default recipe for MNIST, with what it leaves to the optimizer, the loss and the training set."""
        recipe = Recipe()
        setup = resolve(recipe)
        optimizer = specs.to_json(setup.optimizer)["settings"]
        return asdict(recipe) | {
            "learning_rate": setup.learning_rate,
            "decays": (optimizer["mean_decay"], optimizer["square_decay"]),
            "label_smoothing": specs.to_json(setup.loss)["settings"]["label_smoothing"],
            "batch_size": recipe.examples_per_step(COUNT),
        }


class Training(Hwr):
    """The training loop on MNIST's files, as `hwr train` runs it, without a validation set."""

    def __init__(self, folder: str, decays: tuple[float, float], count: int | None = None, **recipe: Any) -> None:
        """Load the four IDX files in `folder`; `count` limits the number of training images.

        `decays` are Adam's, of the mean and of the square.
        """
        self.recipe, self.decays = Recipe(validation=0.0, optimizer=adam(*decays), **recipe), decays
        splits = Mnist().load(Path(folder))
        super().__init__(suitable_threads(resolve(self.recipe), splits.train))
        self.test = splits.test
        self.network = resolve(self.recipe).build_network()
        # `hwr train` begins with this, too; it leaves malloc a heap from which batches get their arrays faster.
        self.network.outputs(self.test.images)
        self.count, self.seen = count or len(splits.train), 0
        self.events = Trainer(self.network, splits.train, resolve(self.recipe), positions=np.arange(self.count)).run()

    def epoch(self) -> float:
        """Train for an epoch and return the seconds."""
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

    def profiled_epoch(self) -> dict[str, Any]:
        """Train for an epoch under cProfile; return its seconds, and those of each function of hwr by itself.

        What a function of hwr calls outside hwr (mostly NumPy) counts as its own; C functions are not recorded, which
        would cost more than they do. Functions are named "layers/dense.py:forward". Only this thread is recorded: work
        in other threads shows as waiting.
        """
        profile = cProfile.Profile(builtins=False)
        profile.enable()
        seconds = self.epoch()
        profile.disable()
        return {"seconds": seconds, "functions": own_seconds(pstats.Stats(profile))}

    def work(self) -> dict[str, Any]:
        """Return what was done until now, with the accuracy on the test set."""
        return {
            "parameters": len(self.network.trained),
            "epochs": self.seen // self.count,
            "batch_size": self.recipe.batch_size,
            "examples": self.seen,
            "recipe": self._recipe_in_words(),
            "accuracy": float(accuracy(self.network.outputs(self.test.images), self.test.labels)),
        }

    def _recipe_in_words(self) -> str:
        rate = f"{self.recipe.learning_rate:g} {self.recipe.schedule}"
        return f"adam {self.decays[0]:g} {self.decays[1]:g}, {rate}, label smoothing {self.recipe.label_smoothing:g}"


def adam(mean_decay: float, square_decay: float) -> str:
    """Return the optimizer as a recipe names it."""
    return f"adam:mean_decay={mean_decay:g},square_decay={square_decay:g}"


def own_seconds(stats: pstats.Stats) -> dict[str, float]:
    """Return the seconds of each function of hwr without those of the functions of hwr that it called."""
    timings: dict[Any, Any] = stats.stats  # type: ignore[attr-defined]
    found: dict[str, float] = {}
    inside = {function for function in timings if function[0].startswith(str(PACKAGE))}
    for function in inside:
        cumulative = timings[function][3]
        passed_on = sum(timings[callee][4][function][3] for callee in inside if function in timings[callee][4])
        name = f"{Path(function[0]).relative_to(PACKAGE).as_posix()}:{function[2]}"
        found[name] = found.get(name, 0.0) + cumulative - passed_on
    return found
