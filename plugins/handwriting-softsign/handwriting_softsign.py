"""Softsign, z / (1 + |z|): like tanh, but gentler towards its ends (Bergstra et al. 2009)."""

import numpy as np

from handwriting.interfaces import Activation, Floats


class Softsign(Activation):
    """z / (1 + |z|), from -1 to 1."""

    def forward(self, z: Floats) -> Floats:
        """Return z / (1 + |z|)."""
        return z / (1 + np.abs(z))

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1 / (1 + |z|)^2."""
        return gradient / (1 + np.abs(z)) ** 2
