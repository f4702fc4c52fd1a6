"""The built-in activations: element-wise functions between the layers, in order of difficulty.

Without one, any stack of dense layers would be no more than a single dense layer. Each class is a complete example of
the `Activation` contract: `a = forward(z)`, and `backward` multiplies the incoming gradient dL/da by da/dz.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

import numpy as np

from handwriting.interfaces import Activation, Floats


@final
class Sigmoid(Activation):
    """The logistic function 1 / (1 + e^-z): from 0 to 1, and flat (slow to learn) at both ends."""

    def forward(self, z: Floats) -> Floats:
        """Return 1 / (1 + e^-z), by way of tanh, which can't overflow."""
        return 0.5 * np.tanh(0.5 * z) + 0.5

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
    """max(z, 0): the cheapest, and never flat above 0 (Nair and Hinton 2010)."""

    initialization: ClassVar[Literal["he", "glorot"]] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return max(z, 0)."""
        return np.maximum(z, np.zeros(z.shape[1:], z.dtype))  # with a mere 0 NumPy takes more than twice as long

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 above 0, else 0."""
        return gradient * (z > 0)


@final
@dataclass(frozen=True)
class LeakyRelu(Activation):
    """z above 0, slope * z below it, so that no unit can die (Maas et al. 2013)."""

    slope: float = 0.01
    initialization: ClassVar[Literal["he", "glorot"]] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return z above 0, slope * z below."""
        return np.where(z > 0, z, self.slope * z)

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 above 0, else the slope."""
        return np.where(z > 0, gradient, self.slope * gradient)


@final
@dataclass(frozen=True)
class Elu(Activation):
    """z above 0, alpha (e^z - 1) below: smooth, and bounded from below (Clevert et al. 2015)."""

    alpha: float = 1.0
    initialization: ClassVar[Literal["he", "glorot"]] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return z above 0, alpha (e^z - 1) below."""
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 above 0, else alpha e^z = a + alpha."""
        return np.where(z > 0, gradient, gradient * (a + self.alpha))


@final
class Softplus(Activation):
    """log(1 + e^z): relu with its corner rounded off (Dugas et al. 2001)."""

    initialization: ClassVar[Literal["he", "glorot"]] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return log(e^0 + e^z), computed without overflow."""
        return np.logaddexp(z, np.zeros((), z.dtype))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 / (1 + e^-z)."""
        return gradient * _logistic(z)


@final
class Swish(Activation):
    """z / (1 + e^-z): smooth, and slightly negative just below 0 (Ramachandran et al. 2017; also called SiLU)."""

    initialization: ClassVar[Literal["he", "glorot"]] = "he"

    def forward(self, z: Floats) -> Floats:
        """Return z s, where s = 1 / (1 + e^-z)."""
        return z * _logistic(z)

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = s + a (1 - s)."""
        s = _logistic(z)
        return gradient * (s + a * (1 - s))


@final
class Gelu(Activation):
    """z times the share of a normal distribution below z (Hendrycks and Gimpel 2016), by their tanh formula.

    a = z/2 (1 + tanh u), where u = c (z + d z^3), c = sqrt(2/pi), d = 0.044715.
    """

    initialization: ClassVar[Literal["he", "glorot"]] = "he"
    c: ClassVar[float] = float(np.sqrt(2 / np.pi))
    d: ClassVar[float] = 0.044715
    flat: ClassVar[float] = 20.0
    """Beyond +-20 the tanh is exactly +-1; clipping there keeps z^3 finite."""

    def forward(self, z: Floats) -> Floats:
        """Return z/2 (1 + tanh u)."""
        return 0.5 * z * (1 + self._tanh(z))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = (1 + t)/2 + z/2 (1 - t^2) c (1 + 3 d z^2), where t = tanh u."""
        t = self._tanh(z)
        clipped = np.clip(z, -self.flat, self.flat)
        slope = self.c * (1 + 3 * self.d * clipped * clipped)
        return gradient * (0.5 * (1 + t) + 0.5 * clipped * (1 - t * t) * slope)

    def _tanh(self, z: Floats) -> Floats:
        clipped = np.clip(z, -self.flat, self.flat)
        return np.tanh(self.c * clipped * (1 + self.d * clipped * clipped))


def _logistic(z: Floats) -> Floats:
    return 0.5 * np.tanh(0.5 * z) + 0.5
