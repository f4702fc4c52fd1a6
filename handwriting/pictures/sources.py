"""What a picture can be given as: the path of a file, its bytes, an open file, an array of pixels or a Pillow image.

A `Picture`, which is decoded already, is one, too.

    picture = open_picture(content_of(source), name_of(source))

An array is uint8 or another type of integers (0 to 255, or to 65535 if it is grey), or of floats, 0 to 1 or 0 to 255,
and has the shape (height, width), (height, width, 3) for red, green and blue, or (height, width, 4) with opacity.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias, TypeGuard, Union, cast

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import PictureError
from handwriting.pictures.decoding import LARGEST_FILE, Picture, decode, decode_image

if TYPE_CHECKING:
    from PIL.Image import Image

Source: TypeAlias = Union[str, os.PathLike[str], bytes, IO[bytes], NDArray[Any], "Image", Picture]
"""One picture, in any of these forms."""
InMemory: TypeAlias = Union[bytes, NDArray[Any], "Image", Picture]
"""One that is in memory."""

FORMS = "the path of a file, its bytes, an open file, an array of pixels or a Pillow image"


def is_source(given: object) -> TypeGuard[Source]:
    """Tell whether something is one picture, in one of the forms above, rather than several or none."""
    is_other = isinstance(given, str | os.PathLike | bytes | bytearray | memoryview | Picture)
    return is_other or _is_pixels(given) or _is_file(given)


def each_source(given: Iterable[Source] | Source) -> Iterable[Source]:
    """Return several pictures as they are, and one picture as the only one.

    Raises `PictureError` if it is neither.
    """
    if is_source(given):
        return [given]
    if isinstance(given, Iterable) and not isinstance(given, dict):
        return cast(Iterable[Source], given)
    raise PictureError(f"{_described(given)} is not a picture: give {FORMS}, or several of them")


def content_of(given: object) -> Path | InMemory:
    """Return a picture as a path, as bytes, as an array or as a Pillow image; an open file is read.

    Raises `PictureError` if it is not a picture, such as an array of another shape.
    """
    if isinstance(given, str | os.PathLike):
        return Path(given)
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    if isinstance(given, Picture) or _is_image(given):
        return given
    if _is_pixels(given):
        return pixels_of(_as_array(given))
    if _is_file(given):
        return _bytes_in(given)
    raise PictureError(f"{_described(given)} is not a picture: give {FORMS}")


def name_of(given: object) -> str:
    """Return what a reading calls the picture: its path if it has one, "-" for bytes, else what it is."""
    if isinstance(given, str | os.PathLike):
        return os.fspath(given)
    if _is_image(given):
        return str(getattr(given, "filename", "")) or "image"
    if _is_pixels(given):
        return "array"
    name = getattr(given, "name", None)
    return name if isinstance(name, str) else "-"


def open_picture(content: Path | InMemory, name: str) -> Picture:
    """Decode what `content_of` returned; raises `PictureError`, which calls it `name`, if that is impossible."""
    if isinstance(content, Picture):
        return content
    if isinstance(content, Path | bytes):
        return decode(content, name)
    if isinstance(content, np.ndarray):
        from PIL import Image

        content = Image.fromarray(content)
    return decode_image(content, name)


def pixels_of(array: NDArray[Any]) -> NDArray[np.unsignedinteger[Any]]:
    """Return an array as one of those that Pillow knows; raises `PictureError` if it is no picture."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise PictureError(
            f"an array of shape {array.shape} is not a picture: it must be (height, width), (height, width, 3) or "
            "(height, width, 4); give several pictures as a list"
        )
    if array.size == 0:
        raise PictureError(f"an array of shape {array.shape} is not a picture: it has no pixels")
    if array.dtype == bool:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind not in "uif":
        raise PictureError(f"an array of {array.dtype} is not a picture: its numbers must be integers or floats")
    low, high = float(array.min()), float(array.max())
    if not np.isfinite((low, high)).all():
        raise PictureError("an array with NaN or infinite numbers is not a picture")
    largest = 65535 if array.ndim == 2 and array.dtype.kind != "f" else 255
    if low < 0 or high > largest:
        raise PictureError(
            f"an array with numbers from {low:g} to {high:g} is not a picture: they must be from 0 to {largest}"
        )
    if array.dtype.kind == "f":
        return (array * (255 if high <= 1 else 1)).round().astype(np.uint8)
    return array.astype(np.uint8 if high <= 255 else np.uint16)


def _is_image(given: object) -> TypeGuard["Image"]:
    """Tell whether something is a Pillow image; there is none if Pillow was never imported."""
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(given, module.Image)


def _is_pixels(given: object) -> bool:
    """Tell whether something holds pixels: an array, also one of another library, or a Pillow image."""
    return hasattr(given, "__array__") or _is_image(given)


def _as_array(given: Any) -> NDArray[Any]:
    try:
        return np.asarray(given)
    except Exception as error:  # another library's array may raise anything, such as one that lies on a GPU
        raise PictureError(f"{_described(given)} can't be used as an array: {error}") from error


def _is_file(given: object) -> TypeGuard[IO[bytes]]:
    return callable(getattr(given, "read", None))


def _bytes_in(file: IO[bytes]) -> bytes:
    try:
        content = file.read(LARGEST_FILE + 1)  # more is refused
    except (OSError, ValueError) as error:  # ValueError: it is closed
        raise PictureError(f"{name_of(file)}: the file can't be read: {error}") from error
    if not isinstance(content, bytes):
        raise PictureError(f'{name_of(file)}: the file is open as text: open it with mode "rb"')
    return content


def _described(given: object) -> str:
    return "None" if given is None else f"an object of type {type(given).__name__}"
