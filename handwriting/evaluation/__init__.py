"""Evaluation: how well a model reads examples, in numbers that can be compared and trusted.

metrics.py       the confusion matrix, and accuracy, precision, recall and F1 from it
evaluate.py      a model reads a dataset: its metrics and confidences
calibration.py   how far a confidence can be trusted, and the temperature that improves it
rejection.py     from what confidence on an image is rejected as a non-digit
mistakes.py      the images that were read wrong, the worst first
significance.py  whether one model reads better than another, or was lucky (McNemar's test)
comparison.py    several models side by side: accuracy, significance, speed, differences

In: models, examples, labels. Out: frozen dataclasses, which `report/` and `cli/` show.
"""
