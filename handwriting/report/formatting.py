"""How numbers are written, in the report and on the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `hwr predict` formats numbers without evaluating anything
    from handwriting.evaluation.comparison import Speed
    from handwriting.evaluation.evaluate import EvaluatedModel
    from handwriting.evaluation.metrics import Metrics
    from handwriting.evaluation.significance import Pair


def percent(fraction: float, digits: int = 2) -> str:
    """Return a fraction as "98.10 %"."""
    return f"{100 * fraction:.{digits}f} %"


def counted(count: int, noun: str) -> str:
    """Return a number of things as "1 image" or "4,000 images"."""
    return f"{count:,} {noun}" + "s" * (count != 1)


def differing(count: int) -> str:
    """Return how many images are not read the same by all of the compared models."""
    return f"{counted(count, 'image')} {'is' if count == 1 else 'are'} not read the same by all"


def duration(seconds: float) -> str:
    """Return a time as "4.2 s", or as "1,234 s" where tenths don't matter."""
    return f"{seconds:,.{0 if seconds >= 10 else 1}f} s"


def p_value(p: float) -> str:
    """Return a p-value as "0.031", or as "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def interval(metrics: "Metrics") -> str:
    """Return the confidence interval of the accuracy as "95 % interval 97.96 % to 98.48 %"."""
    low, high = metrics.interval
    return f"95 % interval {percent(low)} to {percent(high)}"


def compared_figures(evaluated: "EvaluatedModel", speed: "Speed") -> dict[str, str]:
    """Return what a comparison says of one of its models, by the names of the figures."""
    metrics = evaluated.evaluation.metrics
    low, high = metrics.interval
    return {
        "accuracy": percent(metrics.accuracy),
        "95 % interval": f"{100 * low:.2f} to {percent(high)}",
        "calibration error": percent(metrics.calibration_error),
        "parameters": f"{len(evaluated.model.network.trained):,}",
        "file": megabytes(evaluated.path),
        "images/s": f"{speed.pictures_per_second:,.0f}",
        "one image": f"{speed.milliseconds:.2f} ms",
    }


def verdict(pair: "Pair") -> str:
    """Return which of two models reads better, if any does at the usual significance level of 5 %."""
    better = letter(pair.first if pair.only_first > pair.only_second else pair.second)
    return f"{better} reads better" if pair.adjusted < 0.05 else "no significant difference"


def megabytes(path: Path) -> str:
    """Return the size of a file as "0.41 MB"."""
    return f"{path.stat().st_size / 1e6:.2f} MB"


def letter(position: int) -> str:
    """Return the short name of the model at a position: A, B, ... Z, then 27, 28 and so on."""
    return chr(ord("A") + position) if position < 26 else str(position + 1)
