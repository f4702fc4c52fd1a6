"""The recipes that come with the package, as TOML files.

dense.toml     the best without convolutions
balanced.toml  two convolutional layers, trained in minutes
best.toml      the recipe of the bundled model

In: the name of a preset. Out: its text, which recipe_toml.py reads. Nothing else is imported.
"""

from importlib import resources

from handwriting.errors import SettingError
from handwriting.registry.suggestions import unknown

FOLDER = resources.files(__name__)
SUFFIX = ".toml"


def names() -> list[str]:
    """Return the names of the presets."""
    return sorted(file.name.removesuffix(SUFFIX) for file in FOLDER.iterdir() if file.name.endswith(SUFFIX))


def text(name: str) -> str:
    """Return the text of a preset; raises `SettingError` if there is none of that name."""
    if name not in names():
        raise SettingError(unknown("preset", name, names()))
    return FOLDER.joinpath(f"{name}{SUFFIX}").read_text("utf-8")
