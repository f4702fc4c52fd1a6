"""blots: round blots of ink at random places."""

import numpy as np

from handwriting.interfaces import Augmentation, Floats


class Blots(Augmentation):
    """A blot on a part of the images, the strength; its radius is up to a tenth of the height."""

    api_version = 2
    highest = 1.0

    def change(self, images: Floats, strength: float, rng: np.random.Generator) -> Floats:
        count, height, width = images.shape
        y, x = np.ogrid[:height, :width]
        top, left, radius = (rng.uniform(0, side, (count, 1, 1)) for side in (height, width, height / 10))
        blotted = rng.random((count, 1, 1)) < strength
        images[blotted & (np.hypot(y - top, x - left) < radius)] = 255
        return images
