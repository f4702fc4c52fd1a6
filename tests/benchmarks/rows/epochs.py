"""An epoch of training against PyTorch, scikit-learn and the bare matrix products: 60,000 pictures, 784-128-relu-10.

Both sides train by the same recipe to its end and are tested; the epochs at the beginning are timed in turns.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from ..comparison import Row, Target, UnequalWork, Work, same_work
from ..conditions import Conditions
from ..timing import ratios, seconds, turns
from ..worker import Worker, needs

CONSTANT_RATE = 0.0005
"""Learning rate where a peer can't change it from step to step."""


def pytorch(conditions: Conditions) -> Iterator[Row]:
    """The recipe of `hwr train` against PyTorch's eager mode, with the Adam it picks itself and with its fused one."""
    needs("torch")
    recipe = conditions.recipe
    common: dict[str, Any] = {"folder": str(conditions.material.mnist), "threads": conditions.threads, "seed": 0}
    for fused, target in ((False, Target(0.33)), (True, None)):
        name = "PyTorch eager, fused Adam" if fused else "PyTorch eager"
        with ExitStack() as stack:
            ours = stack.enter_context(Worker("hwr:Training", **common, **recipe))
            peer = stack.enter_context(Worker("pytorch:Training", **common, **recipe, fused=fused))
            yield _against(f"epoch, {name}", ours, peer, conditions, target)


def scikit_learn(conditions: Conditions) -> Iterator[Row]:
    """The same at a constant learning rate, which is all that MLPClassifier has for Adam."""
    needs("sklearn")
    recipe = conditions.recipe | {"schedule": "constant", "learning_rate": CONSTANT_RATE}
    common: dict[str, Any] = {"folder": str(conditions.material.mnist), "seed": 0}
    with ExitStack() as stack:
        ours = stack.enter_context(Worker("hwr:Training", threads=conditions.threads, **common, **recipe))
        peer = stack.enter_context(Worker("scikit_learn:Training", limit=conditions.threads, **common, **recipe))
        yield _against("epoch, scikit-learn MLPClassifier", ours, peer, conditions, Target(0.25))


def products(conditions: Conditions) -> Iterator[Row]:
    """The five products of each batch alone, on the same BLAS with the same settings."""
    recipe = conditions.recipe
    with ExitStack() as stack:
        ours = stack.enter_context(
            Worker("hwr:Training", folder=str(conditions.material.mnist), threads=conditions.threads, seed=0, **recipe)
        )
        peer = stack.enter_context(products_alone(conditions, 60_000))
        mine, alone = turns([partial(ours.ask, "epoch"), partial(peer.ask, "epoch")], conditions.pairs)
        blas = ours.ask("blas"), peer.ask("blas")
    if blas[0] != blas[1]:
        raise UnequalWork(f"BLAS: {blas[0]} in training, {blas[1]} for the products alone")
    yield Row(
        "epoch, bare matrix products", seconds(mine), seconds(alone), ratios(mine, alone), target=Target(2.0),
        details={"ours": mine, "peer": alone, "blas": blas[0]},
    )  # fmt: skip


def products_alone(conditions: Conditions, count: int) -> Worker:
    """Return a worker that does nothing but the products of an epoch of `count` pictures."""
    recipe = conditions.recipe
    return Worker(
        "products:Products", threads=conditions.threads, count=count, batch_size=recipe["batch_size"],
        hidden=recipe["hidden"][0],
    )  # fmt: skip


def _against(what: str, ours: Worker, peer: Worker, conditions: Conditions, target: Target | None) -> Row:
    """Time both in turns, train both to the end, and hold their work against each other."""
    mine, other = turns([partial(ours.ask, "epoch"), partial(peer.ask, "epoch")], conditions.pairs)
    for side in (ours, peer):
        for _ in range(conditions.epochs - 1 - conditions.pairs):
            side.ask("epoch")
    work: list[dict[str, Any]] = [side.ask("work") for side in (ours, peer)]
    same_work(Work(**work[0]), Work(**work[1]))
    accuracies = f"{work[0]['accuracy']:.2%} and {work[1]['accuracy']:.2%} of the test set read right"
    return Row(
        what, seconds(mine), seconds(other), ratios(mine, other), target=target,
        remarks=(f"{work[0]['epochs']} epochs of {work[0]['recipe']}, batch {work[0]['batch_size']}: {accuracies}",),
        details={"ours": mine, "peer": other, "work": work},
    )  # fmt: skip
