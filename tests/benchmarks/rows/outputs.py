"""`Network.outputs`, on which `hwr predict` rests, compared with onnxruntime: same weights, same uint8 images."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..conditions import Conditions
from ..results import Row, Target, UnequalWork, compare
from ..timing import turns
from ..worker import Worker, needs

TOLERANCE = 1e-3
"""Largest difference of an output between the sides."""

COUNT = 10_000
TIMES = 20
"""Passes over the images in a turn."""


def onnxruntime(conditions: Conditions) -> Iterator[Row]:
    """10,000 images, 784-128-10."""
    needs("onnxruntime")
    workspace = conditions.workspace
    weights, outputs = str(workspace.folder / "weights.npz"), str(workspace.folder / "outputs.npy")
    common: dict[str, Any] = {"folder": str(workspace.mnist), "threads": conditions.threads, "count": COUNT}
    with Worker("hwr_inference:Outputs", model=str(workspace.model), **common) as ours:
        ours.call("save", weights=weights, outputs=outputs)
        with Worker("onnx_runtime:Outputs", weights=weights, **common) as peer:
            difference = peer.call("difference", outputs=outputs)
            if difference > TOLERANCE:
                raise UnequalWork(f"an output differs by {difference:.2g}")
            mine, other = turns([partial(side.call, "run", times=TIMES) for side in (ours, peer)], conditions.pairs)
            chunk = f"{peer.call('images_per_call'):,} images a call"
    yield compare(
        f"Network.outputs of {COUNT:,} images, onnxruntime", mine, other, Target(1.0),
        (f"both from uint8 images; onnxruntime with {chunk}; outputs differ by at most {difference:.1g}",),
        difference=difference,
    )  # fmt: skip
