"""Colours that can be read on dark and on light terminals, in 24 bits as in the nearest of 256 or of 16 colours.

A terminal's own background is unknown, so that no colour of letters can be right on it: letters that are not on a
background of ours have the terminal's own colour, and stand out by being bold.
"""

from rich.style import Style

PALEST_RED, DEEPEST_RED = 95, 215
"""Levels of red from 0 to 255 behind white letters, whose contrast with it is 5.4 at least."""


def error(strength: float = 1.0) -> Style:
    """Return the style of an error: white on red, the brighter the larger its strength, from 0 to 1."""
    red = PALEST_RED + round((DEEPEST_RED - PALEST_RED) * strength)
    return Style(color="rgb(255,255,255)", bgcolor=f"rgb({red},0,0)")
