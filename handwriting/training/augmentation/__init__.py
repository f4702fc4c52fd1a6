"""Augmentation: every time the network is trained on an image, it is changed a little at random.

In: images uint8 (n, height, width), light ink on dark, and a random number generator. Out: images of the same shape.

augmenter.py      the class `Augmenter`: the settings, and the order of the changes
filters.py        thicker or thinner strokes, and blur
geometry.py       rotation, shear, scale, shift and elastic distortion as one map, and sampling by it
flaws.py          occlusion, fading and noise
extended.py       the same with changes of plugins; from the text of --augment to either
contact_sheet.py  a picture of images beside changed versions of them
"""
