"""The Python interface: what a person types in a notebook. `handwriting` itself offers it, with `Recognizer`.

models.py      `load`, and `TrainedModel`: a model that evaluates, saves and shows itself
training.py    `train`: a trained model in one line
settings.py    the settings of a training, as a Python program has them
progress.py    how work is shown: on a terminal, in a notebook, or not at all
notebook.py    a training in a notebook
classifier.py  `DigitClassifier`: an estimator as scikit-learn defines it
estimators.py  what scikit-learn expects of every estimator
arrays.py      the arrays X and y of an estimator, checked

In: keywords, paths, arrays. Out: objects that print in one line.
"""
