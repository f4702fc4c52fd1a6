"""All errors that a user can cause, as one tree. Each message says in one line what is wrong and what to do.

HandwritingError
├── DataError            a dataset is missing, damaged, or can't be fetched
│   ├── DownloadError    no mirror could deliver a file; names every mirror with the cause
│   └── ArrayError       X or y of an estimator can't be used; also a ValueError
│       └── ArrayTypeError   one of them is of a wrong type; also a TypeError
├── PictureError         a picture can't be read
├── ModelError           a model file is missing, damaged, foreign, or too new
├── SettingError         the value of a setting is out of range, or names nothing that exists
│   ├── ShapeError       a layer does not accept the output of the layer before it
│   ├── ParameterError   an estimator has no such parameter; also a ValueError
│   └── UnfittedError    an estimator is used before it is fitted; also a ValueError and an AttributeError
├── PluginError          a plugin is missing or broken; names its distribution
└── DivergedError        the cost became infinite; the network holds the last good weights
"""


class HandwritingError(Exception):
    """Base class of all errors that a user can cause. Its text is one line, to be shown as it is."""


class DataError(HandwritingError):
    """A dataset is missing, damaged, or can't be fetched."""


class DownloadError(DataError):
    """No mirror could deliver a file. `cause` is why, in a few words without the mirrors."""

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause or message


class ArrayError(DataError, ValueError):
    """X or y of an estimator can't be used."""


class ArrayTypeError(ArrayError, TypeError):
    """X or y of an estimator is of a wrong type."""


class PictureError(HandwritingError):
    """A picture can't be read."""


class ModelError(HandwritingError):
    """A model file is missing, damaged, not one of ours, or written by a newer version."""


class SettingError(HandwritingError):
    """A value of a setting is out of range, or a name of a layer, loss, dataset or the like is unknown or ambiguous."""


class ShapeError(SettingError):
    """A layer does not accept the output of the layer before it."""


class ParameterError(SettingError, ValueError):
    """An estimator has no such parameter."""


class UnfittedError(SettingError, ValueError, AttributeError):
    """An estimator is used before it is fitted."""


class PluginError(HandwritingError):
    """A plugin is broken, or one that a model file needs is missing."""


class DivergedError(HandwritingError):
    """The cost became infinite or NaN; the network holds the last good weights."""
