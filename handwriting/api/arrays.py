"""The arrays X and y of an estimator: checked, and turned into images and labels.

Errors are both ours and `ValueError` or `TypeError`, which scikit-learn expects; their texts name what is wrong as its
own do.
"""

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from handwriting.errors import ArrayError, ArrayTypeError
from handwriting.interfaces import MOST_CLASSES, Shape


def as_examples(X: ArrayLike) -> NDArray[Any]:
    """Return examples as real numbers (n, features) or (n, height, width), at least one; raises `ArrayError`."""
    if hasattr(X, "tocsr"):
        raise ArrayTypeError("X is a sparse matrix; give a dense array, such as X.toarray()")
    x = np.asarray(X)
    if np.iscomplexobj(x):
        raise ArrayError("Complex data not supported: give real numbers")
    if x.dtype.kind not in "buif":
        try:
            x = x.astype(np.float64)
        except TypeError as error:
            raise ArrayTypeError(f"X holds something else than numbers: argument must be a number ({error})") from error
        except ValueError as error:
            raise ArrayError(f"X holds something else than numbers: {error}") from error
    if x.ndim == 4 and x.shape[3] == 1:
        x = x[..., 0]
    if x.ndim not in (2, 3):
        raise ArrayError(
            f"X has the shape {x.shape}, but needs (n, features) or (n, height, width). Reshape your data: one example "
            "is X.reshape(1, -1)"
        )
    if len(x) == 0:
        raise ArrayError(f"Found array with 0 sample(s) (shape={x.shape}) while a minimum of 1 is required.")
    if x.size == 0:
        raise ArrayError(f"Found array with 0 feature(s) (shape={x.shape}) while a minimum of 1 is required.")
    if not np.isfinite(x).all():
        raise ArrayError("X contains NaN or infinity")
    return x


def image_shape(x: NDArray[Any]) -> Shape:
    """Return the shape of an example as an image: that of a square where the number of features is a square number.

    So 784 features are (28, 28), and layers such as convolutions take them.
    """
    if x.ndim == 3:
        return x.shape[1:]
    side = math.isqrt(x.shape[1])
    return (side, side) if side * side == x.shape[1] else (x.shape[1],)


def value_range(x: NDArray[Any]) -> tuple[float, float]:
    """Return the values that become black and white: 0 and 255 for bytes, else the smallest and the largest one."""
    if x.dtype == np.uint8:
        return 0.0, 255.0
    low, high = float(x.min()), float(x.max())
    return low, high if high > low else low + 1.0


def scaled(x: NDArray[Any], low: float, high: float, shape: Shape) -> NDArray[Any]:
    """Return examples as images (n, *shape), from 0 for `low` to 255 for `high`: bytes as they are, else float32."""
    if x.dtype == np.uint8 and (low, high) == (0, 255):
        return x.reshape(len(x), *shape)
    grey = x.astype(np.float64) - low
    grey *= 255 / (high - low)
    return grey.reshape(len(x), *shape).astype(np.float32)


def as_labels(y: ArrayLike, count: int) -> NDArray[Any]:
    """Return labels (n,), of any kind but real numbers with fractions; raises `ArrayError`."""
    if y is None:
        raise ArrayError("fit requires y to be passed, but the target y is None")
    labels = np.asarray(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = _raveled(labels)
    if labels.ndim != 1 or len(labels) != count:
        raise ArrayError(f"y has the shape {labels.shape}, but needs one label for each of the {count} examples of X")
    if np.iscomplexobj(labels):
        raise ArrayError("Complex data not supported: give labels")
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise ArrayError("y contains NaN or infinity")
        if (labels != np.floor(labels)).any():
            raise ArrayError("Unknown label type: continuous. y holds numbers with fractions, not labels of classes")
    if len(set(labels.tolist())) > MOST_CLASSES:
        raise ArrayError(f"y has more than {MOST_CLASSES} classes")
    return labels


def _raveled(labels: NDArray[Any]) -> NDArray[Any]:
    """Return a column of labels as (n,), with the warning that scikit-learn gives."""
    warnings.warn(
        "A column-vector y was passed when a 1d array was expected. Please change the shape of y to (n_samples,), for "
        "example using ravel().",
        _conversion_warning(),
        stacklevel=5,
    )
    return labels.ravel()


def _conversion_warning() -> type[Warning]:
    try:
        from sklearn.exceptions import DataConversionWarning
    except ImportError:
        return UserWarning
    return DataConversionWarning
