"""Softsign, a = z / (1 + |z|): similar to tanh, but approaching its limits more slowly (Bergstra et al. 2009)."""

import numpy as np

from handwriting.interfaces import Activation, Floats


class Softsign(Activation):
    """a = z / (1 + |z|), from -1 to 1."""

    def forward(self, z: Floats) -> Floats:
        """Return a = f(z)."""
        return z / (1 + np.abs(z))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """Return dL/dz, with da/dz = 1 / (1 + |z|)^2."""
        return gradient / (1 + np.abs(z)) ** 2
