"""Fake distributions for tests: what pip leaves in site-packages, written by hand into a temporary folder."""

import contextlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from handwriting.registry import entry_points as registry
from handwriting.registry import listings

ROOT = Path(__file__).parents[2]

ACTIVATION = """
from dataclasses import dataclass
import numpy as np
from handwriting.interfaces import Activation

@dataclass(frozen=True)
class {name}(Activation):
    '''z / (scale + |z|).'''
    scale: float = 1.0

    def forward(self, z):
        return z / (self.scale + np.abs(z))

    def backward(self, gradient, z, a):
        return gradient * self.scale / (self.scale + np.abs(z)) ** 2
"""

LAYER = """
from dataclasses import dataclass
from handwriting.interfaces import Layer, Parameter

@dataclass(frozen=True)
class {name}(Layer):
    '''One trained factor for all inputs (a parameter without axes), and a count that is not trained.'''
    start: float = 1.0

    def build(self, input_shape):
        return input_shape, {{"factor": Parameter((), value=self.start), "count": Parameter((2,), trained=False)}}

    def forward(self, x, parameters, *, training, rng):
        factor = parameters["factor"]
        if training:
            parameters["count"][...] += 1

        def backward(gradient, gradients):
            gradients["factor"][...] = (gradient * x).sum()
            return gradient * factor

        return x * factor + parameters["count"][0], backward
"""

LOSS = """
from dataclasses import dataclass
import numpy as np
from handwriting.interfaces import Loss

@dataclass(frozen=True)
class {name}(Loss):
    '''scale / 2 times the squared distance to the one-hot label.'''
    scale: float = 1.0

    def cost(self, outputs, labels):
        y = np.eye(outputs.shape[1], dtype=outputs.dtype)[labels]
        gradient = outputs - y
        cost = self.scale * np.square(gradient).sum(axis=1) / 2
        gradient = (self.scale * gradient / len(labels)).astype(outputs.dtype)
        return float(cost.mean()), gradient

    def confidences(self, outputs):
        return np.clip(outputs / 8 + 0.5, 0, 1)
"""

SCHEDULE = """
from dataclasses import dataclass
from handwriting.interfaces import Schedule

@dataclass(frozen=True)
class {name}(Schedule):
    '''Falls in steps.'''
    steps: int = 4

    def factor(self, done):
        return 1 - int(done * self.steps) / (self.steps + 1)
"""

INITIALIZER = """
from dataclasses import dataclass
import numpy as np
from handwriting.interfaces import Initializer

@dataclass(frozen=True)
class {name}(Initializer):
    '''Normally distributed, with the variance gain / fan in.'''
    gain: float = 1.0

    def values(self, shape, fans, rng):
        return rng.normal(0, (self.gain / fans[0]) ** 0.5, shape).astype(np.float32)
"""

ARRAY_OPTIMIZER = """
from dataclasses import dataclass
import numpy as np
from handwriting.interfaces import Optimizer

@dataclass(frozen=True)
class {name}(Optimizer):
    '''Momentum whose step is as long, for each array, as a fraction of its norm (LARS); vectors are left alone.'''
    by_array = True
    learning_rate = 0.1
    trust: float = 0.1

    def start(self, size):
        return {{"velocity": np.zeros(size, np.float32)}}

    def step(self, parameters, gradient, state, learning_rate):
        velocity = state["velocity"].reshape(parameters.shape)
        velocity *= 0.9
        velocity += gradient
        norm = np.linalg.norm(velocity)
        longest = np.linalg.norm(parameters) if parameters.ndim > 1 else 1.0
        parameters -= learning_rate * self.trust * (longest + 0.1) / (norm + 1e-6) * velocity
"""


class Site:
    """A folder in place of site-packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def install(
        self,
        distribution: str,
        points: Mapping[str, Mapping[str, str]] | str,
        modules: Mapping[str, str] | None = None,
        version: str | None = "1.0",
        metadata: str | bytes | None = "",
    ) -> Path:
        """Install a distribution; `points` is {"activations": {"name": "module:Class"}}, or entry_points.txt itself.

        `metadata` replaces METADATA; None leaves it out.
        """
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        if metadata is not None:
            plain = f"Metadata-Version: 2.1\nName: {distribution}\n" + (f"Version: {version}\n" if version else "")
            (info / "METADATA").write_bytes(metadata if isinstance(metadata, bytes) else (metadata or plain).encode())
        (info / "entry_points.txt").write_text(points if isinstance(points, str) else entry_points(points))
        for name, source in (modules or {}).items():
            (self.folder / f"{name}.py").write_text(source)
        self.refresh()
        return info

    def refresh(self) -> None:
        """Let this process see what has changed, as a new one would."""
        importlib.invalidate_caches()
        registry._scan.cache_clear()
        listings._find_module.cache_clear()

    def run(self, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python code in a new process that sees this folder."""
        return run(code, PYTHONPATH=str(self.folder), **environment)


def run(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a new process and return what it wrote."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HWR_", "COVERAGE"))}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=kept | {"OMP_NUM_THREADS": "1"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def entry_points(points: Mapping[str, Mapping[str, str]]) -> str:
    """Return the text of entry_points.txt for {"activations": {"name": "module:Class"}}."""
    lines = []
    for group, named in points.items():
        lines += [f"[handwriting.{group}]", *(f"{name} = {value}" for name, value in named.items())]
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Put a new, empty `Site` first on this process's path, and take all traces of it away at the end."""
    monkeypatch.delenv("HWR_PLUGINS", raising=False)
    site = Site(folder / "site")
    monkeypatch.syspath_prepend(site.folder)
    try:
        yield site
    finally:
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "/").is_relative_to(site.folder):
                del sys.modules[name]
        monkeypatch.undo()
        site.refresh()
