"""The datasets and models that commands work on. In: what the user named. Out: datasets and models in memory.

dataset.py    what opens datasets, in the user's data directory, and shows the progress
model.py      a model by its name or path
evaluated.py  models, evaluated on a dataset
"""
