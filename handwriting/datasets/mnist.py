"""MNIST: 60,000 handwritten digits for training and 10,000 for testing (LeCun, Cortes and Burges 1998).

The original site is gone; PyTorch and TensorFlow rely on the same mirrors.
"""

from handwriting.datasets.downloads.remote_files import RemoteFile
from handwriting.datasets.idx_dataset import IdxDataset

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

FILES = (
    RemoteFile("train-images-idx3-ubyte", 47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    RemoteFile("train-labels-idx1-ubyte", 60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    RemoteFile("t10k-images-idx3-ubyte", 7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    RemoteFile("t10k-labels-idx1-ubyte", 10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
)


class Mnist(IdxDataset):
    """The four files of MNIST."""

    files = FILES
    class_names = tuple("0123456789")
    published_at = MIRRORS
