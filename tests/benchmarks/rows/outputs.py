"""`Network.outputs`, on which `hwr predict` rests, against onnxruntime: same weights, same uint8 pictures."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from ..comparison import Row, Target, UnequalWork
from ..conditions import Conditions
from ..timing import ratios, seconds, turns
from ..worker import Worker, needs

TOLERANCE = 1e-3
"""Largest difference of an output that still is the same work."""

COUNT = 10_000
TIMES = 20
"""Walks through the pictures in a turn."""


def onnxruntime(conditions: Conditions) -> Iterator[Row]:
    """10,000 pictures, 784-128-10."""
    needs("onnxruntime")
    material = conditions.material
    weights, answers = material.folder / "weights.npz", material.folder / "outputs.npy"
    common: dict[str, Any] = {"folder": str(material.mnist), "threads": conditions.threads, "count": COUNT}
    with ExitStack() as stack:
        ours = stack.enter_context(Worker("hwr_reading:Outputs", model=str(material.model), **common))
        ours.ask("save_weights", path=str(weights))
        ours.ask("save_outputs", path=str(answers))
        peer = stack.enter_context(Worker("onnx_runtime:Outputs", weights=str(weights), **common))
        difference = peer.ask("difference", outputs=str(answers))
        if difference > TOLERANCE:
            raise UnequalWork(f"an output differs by {difference:.2g}")
        mine, other = turns([partial(side.ask, "run", times=TIMES) for side in (ours, peer)], conditions.pairs)
        way = peer.ask("way")
    yield Row(
        f"Network.outputs of {COUNT:,} pictures, onnxruntime", seconds(mine), seconds(other), ratios(mine, other),
        target=Target(1.0), details={"ours": mine, "peer": other, "difference": difference},
        remarks=(f"both from uint8 pictures; onnxruntime with {way}; outputs differ by at most {difference:.1g}",),
    )  # fmt: skip
