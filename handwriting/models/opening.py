"""The model that somebody means: one in memory, a file, a name, or the one that is used if nothing is said."""

import os
import warnings
from pathlib import Path
from typing import TypeAlias, Union

from handwriting.errors import ModelError
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.system.storage import find_data_directory

Named: TypeAlias = Union[Model, str, "os.PathLike[str]", None]
"""A model, the path of its file, its name in the data directory, "bundled", or None: see `user_models.choose`."""


def open_model(named: Named = None) -> Model:
    """Return the model that `named` means, read from its file unless it is one already.

    Raises `ModelError` or `PluginError` if it can't be used, and `ModelError` for anything else than `Named`.
    """
    if isinstance(named, Model):
        return named
    if isinstance(named, os.PathLike):
        return model_file.load(Path(named))
    if isinstance(named, str) or named is None:
        return model_file.load(user_models.choose(find_data_directory(), named, warnings.warn))
    raise ModelError(f'a model is the path of a file, a name, "bundled" or a model, not of type {type(named).__name__}')
