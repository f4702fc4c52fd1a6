"""How results are shown: as text for people, as JSON or CSV for programs. In: results. Out: standard output.

training.py        hwr train: the choice of a view; JSON
view.py            hwr train: what every view has
training_text.py   hwr train: text, with a line for each epoch
training_bar.py    hwr train: text, with a live bar on a terminal
evaluation.py      hwr evaluate
comparison.py      hwr compare
prediction.py      hwr predict: one reading after another
reading.py         hwr predict --show: a picture with its reading
info.py            hwr info
models.py          hwr models
rejection.py       what a model rejects, in words
report.py          the file of --report
"""
