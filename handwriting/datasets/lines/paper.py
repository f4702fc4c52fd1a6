"""Paper: a written line becomes a grey picture, as a scanner or a camera sees it."""

from collections.abc import Set

import numpy as np

from handwriting.datasets.lines.canvas import OTHER, Canvas
from handwriting.datasets.lines.kinds import Kind
from handwriting.datasets.lines.writing import Line
from handwriting.interfaces import Floats


def on_paper(line: Line, kinds: Set[Kind], rng: np.random.Generator) -> Floats:
    """Return the line as a grey picture (height, width), from 0 dark to 1 light; rules are added to its canvas."""
    from scipy import ndimage

    canvas, size = line.canvas, line.hand.height
    if "grainy" in kinds:
        canvas.ink[:] *= _grain(canvas.ink.shape, size, rng)
    if "faint" in kinds:
        canvas.ink[:] *= _fading(canvas.ink.shape, size, rng)
    _add_rules(line, kinds, rng)
    paper = rng.uniform(0.5, 1.0) * _light(canvas.ink.shape, rng)
    if "pattern" in kinds:
        paper *= 1 - _pattern(canvas.ink.shape, size, rng)
    contrast = rng.uniform(0.25, 0.95)
    sharp = paper * (1 - contrast * canvas.ink)
    grey = ndimage.gaussian_filter(sharp, rng.uniform(0, 0.02 * size + 0.3))
    grey += rng.normal(0, contrast * rng.uniform(0, 0.05), grey.shape)
    return np.clip(grey, 0, 1).astype(np.float32)


def _add_rules(line: Line, kinds: Set[Kind], rng: np.random.Generator) -> None:
    """Draw the printed lines on the paper, and what reaches into the picture from beyond its edge."""
    canvas, size = line.canvas, line.hand.height
    height, width = canvas.ink.shape
    if "ruled" in kinds:
        row = line.base + size * rng.uniform(-0.05, 0.25)
        _rule(canvas, [(row, -2), (row + width * rng.normal(0, 0.01), width + 2)], size, rng)
    if "boxed" in kinds:
        column = rng.choice([0, width - 1]) + size * rng.uniform(-0.1, 0.1)
        _rule(canvas, [(-2, column), (height + 2, column + height * rng.normal(0, 0.03))], size, rng)
    if "edges" in kinds:
        edge, inwards = (-2, 1) if rng.random() < 0.5 else (height + 2, -1)
        for x in rng.uniform(0, width, rng.integers(1, 5)):
            deepest = edge + inwards * (2 + size * rng.uniform(0.02, 0.2))
            loop = [(edge, x), (deepest, x + size * rng.normal(0, 0.1)), (edge, x + size * rng.uniform(0, 0.5))]
            canvas.stroke(np.array(loop), max(0.04 * size, 0.7), OTHER)


def _rule(canvas: Canvas, ends: list[tuple[float, float]], size: float, rng: np.random.Generator) -> None:
    canvas.stroke(np.array(ends), max(size * rng.uniform(0.005, 0.035), 0.4), OTHER, rng.uniform(0.3, 1))


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Return the light on the paper (height, width), which falls from one side to the other."""
    down, right = rng.normal(0, 0.12, 2)
    y, x = np.linspace(-0.5, 0.5, shape[0])[:, None], np.linspace(-0.5, 0.5, shape[1])
    return np.clip(1 + down * y + right * x, 0.5, 1)


def _pattern(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> Floats:
    """Return the darkness (height, width) of thin wavy lines, as on cheques."""
    y, x = np.mgrid[: shape[0], : shape[1]] / size
    lines = np.zeros(shape)
    for _ in range(rng.integers(1, 3)):
        angle, bend, wave, phase = rng.uniform(0, (np.pi, 0.3, 3, 6))
        along, across = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        turns = (across + bend * np.sin(wave * along + phase)) / rng.uniform(0.08, 0.3)
        lines = np.maximum(lines, np.clip(2 * np.cos(2 * np.pi * turns) - 0.7, 0, 1))
    return lines * rng.uniform(0.05, 0.25)


def _grain(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> Floats:
    """Return how much ink (height, width) stays on rough paper: mostly all or nothing, in grains."""
    from scipy import ndimage

    noise = ndimage.gaussian_filter(rng.normal(0, 1, shape), max(0.012 * size, 0.4))
    return np.clip((noise / noise.std() - rng.uniform(-1.2, -0.2)) * 3 + 0.5, 0, 1).astype(np.float32)


def _fading(shape: tuple[int, ...], size: float, rng: np.random.Generator) -> Floats:
    """Return how much ink (height, width) there is where the pen runs dry: it changes smoothly, up to all."""
    from scipy import ndimage

    noise = ndimage.gaussian_filter(rng.normal(0, 1, shape), 0.35 * size)
    least = rng.uniform(0.3, 0.8)
    return (least + (1 - least) * (noise - noise.min()) / max(np.ptp(noise), 1e-9)).astype(np.float32)
