"""What text and images on a terminal are made of. In: strings and arrays. Out: printed text, or lines of rich's `Text`.

console.py        where text goes: results, messages; lines of whole words
escaping.py       rich's console, whose text is escaped
streams.py        standard output and error: what is written is escaped, what can't be written is dropped
data.py           results for programs, as JSON and CSV
tables.py         tables of text and of numbers
rows.py           rows of text for programs, in aligned columns or with tabs
colours.py        colours that can be read on dark and on light terminals
progress.py       the progress of preparing a dataset, as bars or as lines
bars.py           live progress bars
pictures.py       images as characters; bars of confidences; columns side by side
braille.py        dots as braille characters
thumbnails.py     small images with captions, several side by side
weight_images.py  the weights of a network's first layer as images
curve.py          a curve of dots
"""
