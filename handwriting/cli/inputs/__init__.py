"""The datasets and models that commands work on. In: what the user named. Out: datasets and models in memory.

dataset.py    a dataset by its name, from a folder of pictures, or as a model file records it
model.py      a model by its name or path
evaluated.py  models, evaluated on a dataset
"""
