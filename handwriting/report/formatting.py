"""How numbers are written, in the report and on the command line."""

from pathlib import Path


def percent(fraction: float, digits: int = 2) -> str:
    """Return a fraction as "98.10 %"."""
    return f"{100 * fraction:.{digits}f} %"


def p_value(p: float) -> str:
    """Return a p-value as "0.031", or as "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def verdict(p: float, better: str) -> str:
    """Return what a p-value means at the usual significance level of 5 %."""
    return f"{better} reads better" if p < 0.05 else "no significant difference"


def megabytes(path: Path) -> str:
    """Return the size of a file as "0.41 MB"."""
    return f"{path.stat().st_size / 1e6:.2f} MB"


def letter(position: int) -> str:
    """Return the short name of the model at a position: A, B, ... Z, then 27, 28 and so on."""
    return chr(ord("A") + position) if position < 26 else str(position + 1)
