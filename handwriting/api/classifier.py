"""The networks as an estimator for scikit-learn's pipelines, searches and scores; it does not need scikit-learn."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from handwriting.api import arrays
from handwriting.api.estimators import Estimator, not_fitted
from handwriting.api.settings import plain
from handwriting.errors import ArrayError
from handwriting.interfaces import Examples, Floats
from handwriting.system.thread_pool import use_threads
from handwriting.training.recipe import Recipe
from handwriting.training.recipe_toml import make_recipe
from handwriting.training.resolve import check, resolve
from handwriting.training.session import make_trainer
from handwriting.training.trained_model import trained_model

if TYPE_CHECKING:
    from sklearn.utils import Tags


class DigitClassifier(Estimator):
    """A neural network as a classifier with the interface of scikit-learn.

    >>> import numpy as np
    >>> from handwriting import DigitClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = rng.choice(["light", "dark"], 200)
    >>> X = rng.uniform(0, 0.5, (200, 28, 28)) + 0.5 * (y == "light")[:, None, None]
    >>> classifier = DigitClassifier(hidden=[16], batch_size=16).fit(X, y)
    >>> classifier.classes_
    array(['dark', 'light'], dtype='<U5')
    >>> classifier.predict(X[:3]).shape, classifier.predict_proba(X[:3]).shape
    ((3,), (3, 2))
    >>> classifier.score(X, y) > 0.9
    True

    X is (n, features) or (n, height, width), such as (n, 784) or (n, 28, 28); where the number of features is a square
    number, they are the pixels of a square image. Bytes (uint8) are grey levels; other values are scaled from the
    smallest and the largest one in the training set to the range from 0 to 1, so 0 to 255, 0 to 1 and 0 to 16 are all
    the same. y holds labels of any kind, of at most 256 classes.

    The parameters are the fields of `Recipe`, with its defaults except that no validation set is held out: `fit` trains
    on all examples, and confidences are calibrated only if there is one, as by validation=0.1. `threads` is the number
    of threads; one by default, as a search trains several networks at once.

    After `fit`, `classes_` holds the labels, sorted, `n_features_in_` the number of features, `n_iter_` the number of
    epochs, and `model_` the network.
    """

    def __init__(
        self, *,
        layers: Any = Recipe.layers,
        hidden: Any = Recipe.hidden,
        activation: str = Recipe.activation,
        initializer: str | None = Recipe.initializer,
        loss: str = Recipe.loss,
        optimizer: str = Recipe.optimizer,
        learning_rate: float | None = Recipe.learning_rate,
        schedule: str = Recipe.schedule,
        epochs: int = Recipe.epochs,
        batch_size: Any = Recipe.batch_size,
        augment: Any = Recipe.augment,
        weight_decay: float = Recipe.weight_decay,
        label_smoothing: float | None = Recipe.label_smoothing,
        average: float = Recipe.average,
        validation: float = 0.0,
        patience: int | None = Recipe.patience,
        time_limit: float | None = Recipe.time_limit,
        seed: int = Recipe.seed,
        threads: int = 1,
    ) -> None:  # fmt: skip
        self.layers = layers
        self.hidden = hidden
        self.activation = activation
        self.initializer = initializer
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.epochs = epochs
        self.batch_size = batch_size
        self.augment = augment
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.average = average
        self.validation = validation
        self.patience = patience
        self.time_limit = time_limit
        self.seed = seed
        self.threads = threads

    def fit(self, X: ArrayLike, y: ArrayLike) -> "DigitClassifier":
        """Train a new network on examples X and their labels y (n,), and return the classifier.

        Raises `ArrayError`, a `ValueError`, for arrays that can't be used, and `SettingError` for a bad parameter.
        """
        recipe = self._recipe()
        x = arrays.as_examples(X)
        self.classes_, labels = np.unique(arrays.as_labels(y, len(x)), return_inverse=True)
        self._shape, self._range = arrays.image_shape(x), arrays.value_range(x)
        self.n_features_in_ = x[0].size
        setup = resolve(recipe)
        check(setup, (*self._shape, 1))
        images = arrays.scaled(x, *self._range, self._shape)
        if recipe.augment is not None:
            images = images.round().astype(np.uint8)  # augmentation works on grey levels
        with use_threads(self.threads):
            names = tuple(map(str, self.classes_))
            trainer = make_trainer(setup, Examples(images, labels.astype(np.uint8)), names)
            for _ in trainer.run():
                pass
            self.model_ = trained_model(trainer, names, {})
        self.n_iter_ = len(trainer.history)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable label of each example, (n,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the confidence in each of the classes, (n, classes), 0 to 1."""
        if not hasattr(self, "model_"):
            raise not_fitted(self)
        x = arrays.as_examples(X)
        if x[0].size != self.n_features_in_:
            raise ArrayError(
                f"X has {x[0].size} features, but DigitClassifier is expecting {self.n_features_in_} features as input"
            )
        return self.model_.confidences(arrays.scaled(x, *self._range, self._shape))

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy on examples X with the labels y, 0 to 1; each example counts with its weight."""
        weights = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        return float(np.average(self.predict(X) == np.asarray(y), weights=weights))

    def _recipe(self) -> Recipe:
        parameters = self.get_params()
        del parameters["threads"]
        return make_recipe(plain(parameters), "DigitClassifier")

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> "Tags":
        """Return what scikit-learn wants to know of an estimator."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            transformer_tags=None,
            classifier_tags=ClassifierTags(),
            regressor_tags=None,
            input_tags=InputTags(three_d_array=True),
        )
