"""Augmentation with changes of plugins, which follow on the built-in ones in the order in which they are named.

    augment = parse_augmenter("rotation=15,elastic=0,blots=0.2")

The built-in changes are not such plugins: they share one map of all pixels and one array, which is why they are fast.
"""

from dataclasses import dataclass, replace

import numpy as np

from handwriting import interfaces
from handwriting.errors import SettingError
from handwriting.interfaces import Images
from handwriting.nn.guarded import guarded
from handwriting.registry import entry_points, loading, settings, specs
from handwriting.registry.blame import blaming
from handwriting.training.augmentation.augmenter import CHUNK, Augmenter


@dataclass(frozen=True)
class Change:
    """What a plugin does to images, and how strongly: from 0 to the highest strength that it has."""

    name: str
    augmentation: interfaces.Augmentation
    strength: float

    def __post_init__(self) -> None:
        with blaming(self.augmentation, SettingError):
            highest = float(self.augmentation.highest)
        if not 0 <= self.strength <= highest:
            raise SettingError(f"augment: {self.name} must be from 0 to {highest:g}, got {self.strength}")

    def __call__(self, images: Images, rng: np.random.Generator) -> Images:
        """Return changed copies of `images` uint8 (n, height, width); raises `PluginError` if they are not images."""
        changed = guarded(self.augmentation).change(images.astype(np.float32), self.strength, rng)
        return np.rint(np.clip(changed, 0, 255)).astype(np.uint8)


@dataclass(frozen=True)
class ExtendedAugmenter(Augmenter):
    """The built-in changes, then those of plugins."""

    changes: tuple[Change, ...] = ()

    def at(self, progress: float) -> "ExtendedAugmenter":
        """Return what `Augmenter.at` does; the changes of plugins decrease likewise."""
        left = 1 - self.annealing * progress
        weaker = tuple(replace(change, strength=change.strength * left) for change in self.changes)
        return replace(self, **vars(super().at(progress)) | {"changes": weaker})

    def __call__(self, images: Images, rng: np.random.Generator) -> Images:
        """Return changed copies of `images` uint8 (n, height, width), light ink on dark."""
        changed = super().__call__(images, rng)
        for change in self.changes:
            if change.strength:
                for start in range(0, len(changed), CHUNK):
                    changed[start : start + CHUNK] = change(changed[start : start + CHUNK], rng)
        return changed


def parse_augmenter(text: str) -> Augmenter:
    """Return the augmentation with the settings in `text`, such as "rotation=15,elastic=0", the others as by default.

    What is no setting of ours is the name of a plugin's change and its strength: "blots=0.2".

    Raises `SettingError` if a setting is unknown or out of range, and `PluginError` if a plugin is broken.
    """
    arguments = specs.separated(text, ",")
    added = [argument for argument in arguments if _is_added(argument)]
    own: Augmenter = specs.construct(Augmenter, "augment", ",".join(x for x in arguments if x not in added))
    if not added:
        return own
    changes = tuple(map(_change, added))
    if len({change.name for change in changes}) < len(changes):
        raise SettingError(f"augment: a change is given twice: {', '.join(change.name for change in changes)}")
    return ExtendedAugmenter(**vars(own), changes=changes)


def augmentations(augmenter: Augmenter | None) -> list[interfaces.Augmentation]:
    """Return the changes of plugins in an augmenter, in their order."""
    return [change.augmentation for change in augmenter.changes] if isinstance(augmenter, ExtendedAugmenter) else []


def _is_added(argument: str) -> bool:
    """Tell whether an argument of --augment is for the change of a plugin; our own names come first."""
    name = argument.partition("=")[0].strip()
    ours = {field.name for field in settings.fields(Augmenter)}
    return name not in ours and bool(entry_points.providers(("augmentation",), name.rpartition(":")[2]))


def _change(argument: str) -> Change:
    """Return the change and the strength in NAME=STRENGTH."""
    name, _, strength = map(str.strip, argument.partition("="))
    augmentation: interfaces.Augmentation = specs.construct(loading.load("augmentation", name), name, "")
    try:
        return Change(name, augmentation, float(strength))
    except ValueError:
        raise SettingError(f"augment: {name} takes a strength, such as {name}=0.5, not {strength[:80]!r}") from None
