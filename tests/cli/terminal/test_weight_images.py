import numpy as np

from handwriting.cli.terminal import weight_images
from tests.helpers.terminal import console, printed


def test_positive_weights_are_red_and_negative_ones_blue() -> None:
    weights = np.array([[[1.0, -1.0], [0.0, 0.0]]])
    of = console(color_system="truecolor")
    coloured = printed(of, weight_images.draw(weights, of)[1])
    assert "38;2;214;69;32" in coloured
    assert "38;2;30;94;190" in coloured
    plain = weight_images.draw(np.repeat(weights, 2, axis=1)[:, [0, 1]], console(color_system=None))
    assert plain[1].plain == "#="
