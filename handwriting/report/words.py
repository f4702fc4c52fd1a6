"""Words: how numbers and classes are written in the report."""

from handwriting.interfaces import NON_DIGIT
from handwriting.nn.network import Network


def percent(share: float, digits: int = 2) -> str:
    """Return a share as "98.10 %", its sign not parted from it at the end of a line."""
    return f"{100 * share:.{digits}f}\u00a0%"


def probability(p: float) -> str:
    """Return a p-value as "0.031", or as "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def size(bytes_: int) -> str:
    """Return a file's size as "0.41 MB"."""
    return f"{bytes_ / 1e6:.2f}\u00a0MB"


def called(name: str) -> str:
    """Return the name of a class as one says it: the class of what shows none of the others is "no digit"."""
    return "no digit" if name == NON_DIGIT else name


def glyph(name: str) -> str:
    """Return a mark for a class that is as short as one."""
    return "∅" if name == NON_DIGIT else name[:2]


def letter(place: int) -> str:
    """Return the short name of a model by its place: A, B, ... Z, then 27, 28 and so on."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def network_in_words(network: Network) -> str:
    """Return the network in one line, such as "784 → 128 relu → 10, 101,770 parameters"."""
    return str(network).replace("->", "→")


def verdict(p_value: float, better: str) -> str:
    """Say what a p-value means, by the usual level of 5 %."""
    return f"{better} reads better" if p_value < 0.05 else "no difference can be told"
