"""Segmentation: ink is cut into candidates for digits, without a network.

page.py            the segmentation graph of each line of text in the ink of a picture
components.py      connected components of ink
slivers.py         slivers of desks, tables and cells along the sides are removed from the ink
rules.py           ruled lines, base lines and frames are removed from the ink
ticks.py           the ticks of a form between digits are removed from the ink
straight_lines.py  straight lines in ink, which may be rules
layout.py          which components form a line of text, and its angle
levelling.py       a line cut out of the picture, made level and upright
cuts.py            where touching digits are cut
valleys.py         cuts along straight lines between two valleys of the outline of ink
graph.py           the segmentation graph: the candidates for digits between the cuts

In: the `Ink` that pictures/ finds. Out: a `Graph` of each line, whose best path reading/ finds.
"""
