"""The layers of a network. Each is a frozen dataclass with `build` (shapes and parameters) and `forward`.

`forward` returns the output together with a backward function, which computes the layer's gradients.

dense.py       every unit is connected to every input: y = x W + b
activate.py    an activation in its place between the layers
flatten.py     an image becomes a row of numbers
dropout.py     silences random inputs during training
conv2d.py      the same small patterns are looked for everywhere in an image
pooling.py     squares of pixels become one pixel
batch_norm.py  each unit's inputs are normalized over the batch
soften.py      blurs images at inference time
image_rows.py  how images lie in memory between conv2d, pooling and batch normalization
"""
