"""Pictures: from any picture file to the 28x28 image of a digit that the network knows from MNIST.

sources.py       what a picture can be given as: a path, bytes, an open file, an array, a Pillow image
decoding.py      a picture file to a grey picture
blocks.py        the blocks that a picture file is made of, counted before it is decoded
work.py          how much memory and time decoding takes, estimated before it is done
grey.py          a Pillow image of any mode to grey levels
sheet.py         the sheet of paper on a desk, the blackboard on a wall
ink.py           a grey picture to how much ink is where
background.py    the surface on which ink lies, and its contrast to that
uneven_light.py  that contrast in shadows with an edge, and in reflections
enclosures.py    boxes of a form and rings around numbers, removed from the ink
grains.py        strokes that fall apart into grains, as of chalk, made solid
levels.py        the grey levels of paper and ink in a tight crop; Otsu's threshold
polarity.py      whether the ink is lighter or darker than its background
main_digit.py    which strokes are the one digit of a picture
preparation.py   the digit to 28x28: its stroke width, size and place as in MNIST

picture_files.py the picture files in folders
connected.py     the connected components of a mask
distances.py     the distance of each pixel to a mask
stroke_width.py  the mean width of strokes
regions.py       the box around a mask; the middle, the sides and the corners of a picture
resampling.py    change of a picture's size
percentiles.py   percentiles of few numbers, faster than NumPy's

In: a file, its bytes, or its pixels. Out: a `PreparedDigit`, or the `Ink`, in which `handwriting/reading/` finds
several digits.
"""
