"""Reading: the ink of a picture becomes text.

recognizer.py        `Recognizer`: the reading of any picture, with a confidence and a box for each digit
result.py            what it returns: `Reading` and `Digit`
choice.py            whether a picture shows one digit or numbers
lines.py             the lines of digits in ink: found, cut, classified

components.py        connected components of ink
rules.py             ruled lines, base lines and frames are removed from the ink
straight_lines.py    straight lines in ink, which may be rules
layout.py            which components form a line of text, and its angle
levelling.py         a line cut out of the picture, made level and upright
cuts.py              where touching digits are cut
graph.py             the segmentation graph: the candidates for digits between the cuts
best_path.py         the best path through it: which candidates are the digits

worker_processes.py  many pictures are read by several processes
explanation.py       the steps of a reading as images
boxes.py             boxes around the digits of a picture
notebook.py          a reading as HTML

In: pictures, in which pictures/ finds the `Ink`, and a model. Out: a `Reading`.
"""
