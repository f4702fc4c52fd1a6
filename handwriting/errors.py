"""Every error that a user can cause, as one tree; each message says what is wrong and what to do.

HandwritingError
├── DataError            a dataset is missing, broken, or can't be fetched
│   └── DownloadError    no mirror could deliver a file; names every mirror with its cause
├── PictureError         a picture can't be read
├── ModelError           a model file is missing, broken, foreign, or too new
├── SettingError         a layer, activation, optimizer or setting does not fit
│   └── ShapeError       what one layer gives, the next one can't take
├── PluginError          a plugin is unknown, ambiguous, or broken; names its distribution
└── DivergedError        training went to infinity; the network holds the last good weights
"""


class HandwritingError(Exception):
    """Base of all errors that a user can cause. Its text is one clear line, fit to be shown as it is."""


class DataError(HandwritingError):
    """A dataset is missing, broken, or can't be fetched."""


class DownloadError(DataError):
    """No mirror could deliver a file."""


class PictureError(HandwritingError):
    """A picture can't be read."""


class ModelError(HandwritingError):
    """A model file is missing, broken, foreign, or written by a newer version."""


class SettingError(HandwritingError):
    """A layer, an activation, an optimizer or one of their settings does not fit."""


class ShapeError(SettingError):
    """What one layer gives, the next one can't take."""


class PluginError(HandwritingError):
    """A plugin is unknown, ambiguous, or broken."""


class DivergedError(HandwritingError):
    """The cost became infinite or NaN; the network holds the last good weights."""
