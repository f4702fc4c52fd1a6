"""Reading: the ink of a picture becomes text.

recognizer.py        `Recognizer`: the reading of any picture, with a confidence and a box for each digit
result.py            what it returns: `Reading`, with lines, digits and separators
choice.py            whether a picture shows one digit or numbers
lines.py             the lines of digits: their candidates are classified
best_path.py         the best path through the graph of a line: which candidates are the digits
words.py             which parts of a line are words rather than numbers
brackets.py          brackets, which look like 1s
percent_signs.py     percent signs, which look like 0s and 1s
marks.py             the candidates that are not: separators, and what is passed over

many_pictures.py     many pictures are read by several processes
explanation.py       the steps of a reading as images
boxes.py             boxes around what was found in a picture
notebook.py          a reading as HTML

In: pictures, which pictures/ and segmentation/ turn into graphs of candidates, and a model. Out: a `Reading`.
"""
