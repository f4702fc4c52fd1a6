"""The report: what is known of a model, as one HTML file that works offline, on paper and with a screen reader.

model_page.py       the report on one model: its key figures and sections
comparison_page.py  the report on several models
page.py             what is around the sections: title, style, links

curves.py           section: cost, accuracy, learning rate and time of each epoch
tables.py           tables; sections: the confusion matrix; precision, recall and F1 of each class
gallery.py          captioned images; section: the images that are misread
reliability.py      section: accuracy by confidence
structure.py        sections: the layers; the weights of the first one as images
embedding.py        section: test images as points, by the output of the last hidden layer
train_command.py    section: the command that trains the model again
settings.py         section: settings, versions, preparation

charts.py           charts as SVG: axes, a frame, and lines, bars or dots in it
png.py              arrays as PNG images
markup.py           HTML as a tree that escapes all text
formatting.py       how numbers are written
style.css           the style of the page

In: an `EvaluatedModel` or a `Comparison`. Out: the bytes of the file, which has no script and loads nothing.
"""
