"""An epoch of 784-128-relu-10 on 60,000 images, compared with PyTorch, scikit-learn and the bare matrix products.

Both sides train by the same recipe to its end and are tested; only the first epochs are timed, in turns.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..conditions import Conditions
from ..results import Row, Target, UnequalWork, Work, check_same_recipe, check_same_work, compare
from ..timing import turns
from ..worker import Worker, needs

CONSTANT_RATE = 0.0005
"""Learning rate where a library can't change it from step to step."""
TEXTBOOK_BATCH = 128
"""Examples in a batch, as in many textbooks: twice as many steps as by default, each with its fixed costs."""


def pytorch(conditions: Conditions) -> Iterator[Row]:
    """The recipe of `hwr train`, compared with PyTorch in eager mode, with its default Adam and its fused one."""
    needs("torch")
    for fused, target in ((False, Target(0.33)), (True, None)):
        name = "PyTorch eager, fused Adam" if fused else "PyTorch eager"
        with training("hwr", conditions) as ours, training("pytorch", conditions, fused=fused) as peer:
            yield compare_training(f"epoch, {name}", ours, peer, conditions, target)


def scikit_learn(conditions: Conditions) -> Iterator[Row]:
    """The same at a constant learning rate, without label smoothing: MLPClassifier has neither."""
    needs("sklearn")
    recipe = {"schedule": "constant", "learning_rate": CONSTANT_RATE, "label_smoothing": 0.0}
    with training("hwr", conditions, **recipe) as ours, training("scikit_learn", conditions, **recipe) as peer:
        yield compare_training("epoch, scikit-learn MLPClassifier", ours, peer, conditions, Target(0.25))


def products(conditions: Conditions) -> Iterator[Row]:
    """The five products of each batch, on the same BLAS with the same settings, in one thread."""
    for size in (conditions.recipe["batch_size"], TEXTBOOK_BATCH):
        with training("hwr", conditions, batch_size=size) as ours, products_only(conditions, size) as peer:
            mine, other = epochs_in_turns([ours, peer], conditions)
            blas = ours.call("blas"), peer.call("blas")
        if blas[0] != blas[1]:
            raise UnequalWork(f"BLAS: {blas[0]} in training, {blas[1]} for the products alone")
        yield compare(f"epoch, batch {size}, bare matrix products", mine, other, Target(1.5), blas=blas[0])


def training(module: str, conditions: Conditions, **changed: Any) -> Worker:
    """Start training by hwr's default recipe on MNIST, with some settings changed, in a module of `workers/`.

    hwr itself chooses its number of threads.
    """
    settings: dict[str, Any] = {"folder": str(conditions.workspace.mnist), "seed": 0}
    if module != "hwr":
        settings["threads"] = conditions.threads
    return Worker(f"{module}:Training", **(settings | conditions.recipe | changed))


def products_only(conditions: Conditions, batch_size: int) -> Worker:
    """Start a worker for the matrix products of an epoch, in one thread as the training."""
    (hidden,) = conditions.recipe["hidden"]
    return Worker("products:Products", count=60_000, batch_size=batch_size, hidden=hidden)


def epochs_in_turns(workers: list[Worker], conditions: Conditions) -> list[list[float]]:
    """Return the seconds of epochs in each worker."""
    return turns([partial(worker.call, "epoch") for worker in workers], conditions.pairs)


def compare_training(what: str, ours: Worker, peer: Worker, conditions: Conditions, target: Target | None) -> Row:
    """Time both in turns, train both to the end, and check that they did the same work."""
    mine, other = epochs_in_turns([ours, peer], conditions)
    for side in (ours, peer):
        for _ in range(conditions.epochs - 1 - conditions.pairs):
            side.call("epoch")
    work: list[dict[str, Any]] = [side.call("work") for side in (ours, peer)]
    check = check_same_recipe if conditions.quick else check_same_work  # few steps give any accuracy
    check(Work(**work[0]), Work(**work[1]))
    accuracies = f"{work[0]['accuracy']:.2%} and {work[1]['accuracy']:.2%} on the test set"
    remark = f"{work[0]['epochs']} epochs of {work[0]['recipe']}, batch {work[0]['batch_size']}: {accuracies}; "
    remark += f"threads: {ours.call('threads')} here, {conditions.threads} there"
    return compare(what, mine, other, target, (remark,), work=work)
