"""What runs in a process of its own (see `worker.py`), so that a library may be missing.

hwr.py             hwr's training, its default recipe and its BLAS
hwr_inference.py   hwr's inference
pytorch.py         training with PyTorch, also as a script that does what `hwr train` does
pytorch_convolution.py  training of any network of hwr's layers with PyTorch
pytorch_predict.py reads one digit, as a script
pytorch_to_99.py   a published network and recipe that reach 99 % quickly, in PyTorch
scikit_learn.py    training and inference with scikit-learn's MLPClassifier
onnx_runtime.py    inference with onnxruntime
onnx_format.py     a network as an ONNX file
products.py        the matrix products of an epoch, and nothing else
data_writer.py     writes pictures, corrupted images and larger datasets
accuracies.py      the accuracies on files of corrupted images
"""
