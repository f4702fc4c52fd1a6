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
residual.py    a block of layers that learn what to add to their input

How the layers that work on images are fast:

pixels.py      how images lie in memory between them: the batch comes last
im2col.py      convolution as matrix products, for kernels of any size
winograd.py    convolution with kernels of 3 x 3 in fewer multiplications
toom_cook.py   the constant matrices of winograd.py
blockwise.py   element-wise work on blocks that stay in the processor's cache
aligned.py     new arrays that begin at a cache line
"""
