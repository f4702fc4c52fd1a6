"""What scikit-learn expects of every estimator, without scikit-learn.

An estimator is a class whose constructor stores its arguments unchanged. `clone` and `GridSearchCV` make others of it
with `get_params` and `set_params`.
"""

import inspect
from typing import Any, TypeVar

from handwriting.errors import ParameterError, UnfittedError

Self = TypeVar("Self", bound="Estimator")


class Estimator:
    """The parameters of an estimator: the arguments of its constructor, which are its attributes, too."""

    @classmethod
    def _parameters(cls) -> dict[str, inspect.Parameter]:
        found = dict(inspect.signature(cls.__init__).parameters)
        del found["self"]
        return found

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; `deep` makes no difference, since none is an estimator itself."""
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self: Self, **parameters: Any) -> Self:
        """Change some parameters, and return the estimator; raises `ParameterError` for one that there is not."""
        known = self._parameters()
        for name in parameters:
            if name not in known:
                raise ParameterError(f"{type(self).__name__} has no parameter {name!r}; there are: {', '.join(known)}")
        for name, value in parameters.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        changed = [
            f"{name}={getattr(self, name)!r}"
            for name, parameter in self._parameters().items()
            if repr(getattr(self, name)) != repr(parameter.default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


def not_fitted(estimator: Estimator) -> Exception:
    """Return the error that an estimator raises if it is used before `fit`: scikit-learn's, if that is installed."""
    text = f"this {type(estimator).__name__} is not fitted yet: call fit(X, y) first"
    try:
        from sklearn.exceptions import NotFittedError
    except ImportError:
        return UnfittedError(text)
    error: Exception = NotFittedError(text)
    return error
