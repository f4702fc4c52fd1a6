"""orthogonal: weights that keep the length of what they are multiplied with (Saxe, McClelland and Ganguli 2013)."""

from dataclasses import dataclass

import numpy as np

from handwriting.interfaces import Floats, Initializer, Shape


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """gain times a random matrix with orthonormal columns, or rows if those are shorter."""

    api_version = 2
    gain: float = 1.4

    def values(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Floats:
        columns = shape[-1] if shape else 1
        normal = rng.normal(size=(int(np.prod(shape)) // columns, columns))
        q, r = np.linalg.qr(normal if len(normal) >= columns else normal.T)
        q *= np.sign(np.diag(r))
        return (self.gain * (q if len(normal) >= columns else q.T)).reshape(shape).astype(np.float32)
