"""The built-in activations: element-wise functions between the layers, from simple to elaborate.

Without an activation any stack of dense layers would compute no more than a single dense layer can. Each class here is
a complete example of the `Activation` contract: `forward` returns a = f(z), and `backward` applies the chain rule,
dL/dz = dL/da * da/dz, where `gradient` is dL/da. All arrays have one shape, (batch, ...).
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Activation, Floats


@final
class Sigmoid(Activation):
    """The logistic function a = 1 / (1 + e^-z): from 0 to 1. Its slope vanishes at both ends, so learning is slow."""

    def forward(self, z: Floats) -> Floats:
        """Return 1 / (1 + e^-z)."""
        return logistic(z)

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = a (1 - a)."""
        return gradient * a * (1 - a)


@final
class Tanh(Activation):
    """The hyperbolic tangent: like the logistic function, but from -1 to 1 and centred at 0."""

    def forward(self, z: Floats) -> Floats:
        """Return tanh(z)."""
        return np.tanh(z)

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 - a^2."""
        return gradient * (1 - a * a)


@final
class Relu(Activation):
    """The rectified linear unit a = max(z, 0): cheap, and its slope is 1 wherever z > 0 (Nair and Hinton 2010)."""

    initialization: ClassVar[str] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return max(z, 0)."""
        return np.maximum(z, np.zeros(z.shape[1:], z.dtype))  # a scalar 0 would slow NumPy's loop down

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 where z > 0, else 0."""
        return gradient * (z > 0)


@final
@dataclass(frozen=True)
class LeakyRelu(Activation):
    """a = z where z > 0, else slope * z: no unit can die, since the slope is never 0 (Maas et al. 2013)."""

    slope: float = 0.01
    initialization: ClassVar[str] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return z where z > 0, else slope * z."""
        return np.where(z > 0, z, self.slope * z)

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 where z > 0, else slope."""
        return np.where(z > 0, gradient, self.slope * gradient)


@final
@dataclass(frozen=True)
class Elu(Activation):
    """The exponential linear unit: a = z where z > 0, else alpha (e^z - 1) (Clevert et al. 2015)."""

    alpha: float = 1.0
    initialization: ClassVar[str] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return z where z > 0, else alpha (e^z - 1)."""
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 where z > 0, else alpha e^z = a + alpha."""
        return np.where(z > 0, gradient, gradient * (a + self.alpha))


@final
class Softplus(Activation):
    """a = log(1 + e^z): a smooth version of relu (Dugas et al. 2001)."""

    initialization: ClassVar[str] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return log(e^z + e^0), computed without overflow."""
        return np.logaddexp(z, np.zeros((), z.dtype))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 / (1 + e^-z)."""
        return gradient * logistic(z)


@final
class Swish(Activation):
    """a = z / (1 + e^-z): smooth, slightly negative below 0 (Ramachandran et al. 2017; PyTorch calls it SiLU)."""

    initialization: ClassVar[str] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return z s, where s = 1 / (1 + e^-z); computed as h + h tanh h for h = z / 2."""
        h = np.asarray(0.5 * z)
        a = np.tanh(h)
        a *= h
        a += h
        return a

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = s + a (1 - s), where s = 1 / (1 + e^-z); computed as a + s (1 - a)."""
        slope = logistic(z)
        slope *= 1 - a
        slope += a
        slope *= gradient
        return slope


@final
class Gelu(Activation):
    """a = z P(X < z) for a standard normal X, in the tanh approximation of Hendrycks and Gimpel (2016).

    a = z/2 (1 + tanh u), where u = c (z + d z^3), c = sqrt(2/pi), d = 0.044715.
    """

    initialization: ClassVar[str] = "he"
    c: ClassVar[float] = float(np.sqrt(2 / np.pi))
    d: ClassVar[float] = 0.044715
    limit: ClassVar[float] = 20.0
    """Beyond +-20 the tanh is exactly +-1 in floating point; clipping z there keeps z^3 finite."""

    def forward(self, z: Floats) -> Floats:
        """Return z/2 (1 + tanh u)."""
        return 0.5 * z * (1 + self._tanh(z))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = (1 + t)/2 + z/2 (1 - t^2) c (1 + 3 d z^2), where t = tanh u."""
        t = self._tanh(z)
        clipped = np.clip(z, -self.limit, self.limit)
        slope = self.c * (1 + 3 * self.d * clipped * clipped)
        return gradient * (0.5 * (1 + t) + 0.5 * clipped * (1 - t * t) * slope)

    def _tanh(self, z: Floats) -> Floats:
        clipped = np.clip(z, -self.limit, self.limit)
        return np.tanh(self.c * clipped * (1 + self.d * clipped * clipped))


def logistic(z: Floats) -> Floats:
    """Return 1 / (1 + e^-z), computed as (1 + tanh(z/2)) / 2, which can't overflow."""
    s = np.asarray(0.5 * z)
    np.tanh(s, out=s)  # from here on in place, as every new array takes as long as the arithmetic
    s *= 0.5
    s += 0.5
    return s
