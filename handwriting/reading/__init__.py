"""Whole numbers: where the lines of text are, where one digit ends and the next begins.

In the data flow: ink -> **numbers** (with preparation, which makes the network's 28x28 of each piece) -> recogniser.

straight.py    straight lines in the ink
rules.py       ruled lines, base lines and frames leave the ink
components.py  connected pieces of ink, and what is known of each
layout.py      which of them stand in a line, in which direction it runs, which come from elsewhere
levelling.py   a line cut out: level, upright, digits of one height
seams.py       the places where it may be cut
graph.py       the segmentation graph: all pieces between two cuts
search.py      the best way through it
"""
