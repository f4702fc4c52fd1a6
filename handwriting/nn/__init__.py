"""The neural network, written from scratch on NumPy. Read it to learn how one works, in this order:

activations.py      element-wise functions between the layers, with their derivatives
layers/             dense, convolution, pooling, batch normalization, dropout: forward and backward
losses.py           mean squared error; softmax with cross-entropy
network.py          layers over one flat vector of parameters: the forward pass and backpropagation
optimizers.py       gradient descent, momentum, Adam
schedules.py        how the learning rate changes during training

architecture.py     the shapes and parameters of each layer, planned before memory is spent
initialization.py   He's and Glorot's random initial weights
by_array.py         optimizers that need the shapes of the parameters
non_digit_loss.py   cross-entropy for training on non-digits beside digits
guarded.py          what plugins raise or return, checked at every call
returned.py         what a part returns, compared with its contract
fusion.py           batch normalization and the activation behind it as one step
folding.py          batch normalization folded into the layer before it, for inference
weight_images.py    the weights of the first layer as images

In: images (n, 28, 28) of grey levels. Out: outputs (n, classes), one number for each class and image.
The training loop that uses all this is `handwriting/training/trainer.py`.
"""
