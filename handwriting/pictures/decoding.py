"""Decoding: a picture file, its bytes, or a Pillow image to a grey picture. Whatever is wrong becomes a `PictureError`.

Files are not trusted: the size of a file is checked before it is read, its pixels are counted before they are decoded,
and only formats that Pillow decodes without external programs are accepted.
"""

import contextlib
import functools
import io
import math
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handwriting.errors import PictureError
from handwriting.interfaces import Floats
from handwriting.pictures.blocks import check_blocks
from handwriting.pictures.grey import to_grey
from handwriting.pictures.work import check_work

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
LARGEST_FILE = 200_000_000
"""Bytes; a larger file is refused before it is read."""
LARGEST_PICTURE = 64_000_000
"""Pixels; a larger picture is refused before it is decoded."""
SMALL_FILE, SMALL_PICTURE = 1_000_000, 2_000_000
"""Bytes and pixels of a picture that is decoded in a moment, such as a drawing."""
LONGEST_SIDE = 2000
"""Pixels of the longer side; a larger picture is reduced while it is decoded, since digits are read at 28x28."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture: `grey` (height, width) float32 from 0 dark to 1 light, upright.

    One pixel of `grey` covers `scale` x `scale` pixels of the file. `notices` are lines for the user.
    """

    grey: Floats
    scale: float = 1.0
    notices: tuple[str, ...] = ()


def decode(source: Path | bytes, name: str = "-") -> Picture:
    """Decode a picture file, or the bytes of one, which errors call `name`; "-" is standard input.

    Raises `PictureError`, and nothing else, if that is impossible.
    """
    if not isinstance(source, bytes):
        name = str(source)
    with _named_errors("standard input" if name == "-" else name):
        return _decode(source if isinstance(source, bytes) else _read(source))


def is_small(data: bytes) -> bool:
    """Tell whether to decode the bytes of a picture file, or to refuse them, takes only a moment."""
    if len(data) > SMALL_FILE:
        return False
    try:
        with _named_errors("-"), _opened(data) as image:
            return image.width * image.height <= SMALL_PICTURE
    except PictureError:
        return True


def decode_image(image: "Image", name: str) -> Picture:
    """Return a Pillow image as a grey picture; errors call it `name`.

    Raises `PictureError`, and nothing else, if that is impossible.
    """
    with _named_errors(name):
        _check_pixels(*image.size)
        _load(image)
        return _picture(image, max(image.size))


@contextlib.contextmanager
def _named_errors(name: str) -> Iterator[None]:
    """Raise a `PictureError` that names the picture, whatever is raised in the block."""
    try:
        yield
    except PictureError as error:
        raise PictureError(f"{name}: {error}") from error
    except Exception as error:
        raise PictureError(f"{name}: {_cause(error)}") from error


def _read(path: Path) -> bytes:
    try:
        status = path.stat()  # before opening: to open a pipe that nobody writes to would block for ever
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
            raise PictureError(f"it is {kind}, not a picture file; to pipe a picture in, name it - instead")
        _check_size(status.st_size)
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)  # it may grow meanwhile
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        cause = getattr(error, "strerror", None) or str(error)
        raise PictureError(f"it can't be read: {cause}; check the name and the permissions") from error


def _check_size(size: int) -> None:
    if size > LARGEST_FILE:
        raise PictureError(f"it is larger than {LARGEST_FILE // 10**6} MB; give a smaller picture")


def _check_pixels(width: int, height: int) -> None:
    if not width * height:
        raise PictureError("it has no pixels")
    if width * height > LARGEST_PICTURE:
        raise PictureError(
            f"it has {width} x {height} pixels, more than {LARGEST_PICTURE // 10**6} million; make it smaller"
        )


def _decode(data: bytes) -> Picture:
    with _opened(data) as image:
        width, height = image.size
        # Phones append a preview to a JPEG (MPO): nobody misses that.
        is_animated = image.format != "MPO" and getattr(image, "is_animated", False)
        factor = math.ceil(max(width, height) / LONGEST_SIDE)
        image.draft(None, (width // factor, height // factor))  # JPEG can be decoded at a fraction of its size
        _load(image)
        notices = ("it holds several pictures; the first one is read",) if is_animated else ()
        return _picture(image, max(width, height), notices)


def _opened(data: bytes) -> "ImageFile":
    """Return a picture file whose header was read, and which takes a bounded time and memory to decode."""
    from PIL import Image, UnidentifiedImageError

    _check_size(len(data))
    check_blocks(data)
    _silence_pillow()
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise PictureError(f"{_kind(data)}; give one of these formats: {', '.join(FORMATS)}") from error
    _check_pixels(*image.size)
    check_work(image, data)
    return image


def _load(image: "Image") -> None:
    """Decode the pixels of an opened image."""
    if image.format == "TIFF":
        _silence_libtiff()
    image.load()


@functools.cache
def _silence_pillow() -> None:
    """Let what Pillow logs no longer reach standard error where nobody asked for it: it raises an error as well."""
    import logging

    logging.getLogger("PIL").addHandler(logging.NullHandler())


@functools.cache
def _silence_libtiff() -> None:
    """Let libtiff no longer write to standard error what is wrong with a file: Pillow raises it, or can do without."""
    import ctypes

    from PIL import _imaging

    with contextlib.suppress(OSError, AttributeError):  # where Pillow has linked it in without its names, as on Windows
        libtiff = ctypes.CDLL(_imaging.__file__)
        libtiff.TIFFSetErrorHandler(None)
        libtiff.TIFFSetWarningHandler(None)


def _picture(image: "Image", longest: int, notices: tuple[str, ...] = ()) -> Picture:
    """Return a loaded image as a grey picture; its longer side had `longest` pixels before it was loaded."""
    from PIL import ExifTags

    orientation = 1
    with contextlib.suppress(Exception):  # broken EXIF data can raise anything; the picture is complete without it
        orientation = int(image.getexif().get(ExifTags.Base.Orientation, 1))
    grey = to_grey(image, math.ceil(max(image.size) / LONGEST_SIDE))
    return Picture(_upright(grey, orientation), longest / max(grey.shape), notices)


def _upright(grey: Floats, orientation: int) -> Floats:
    """Undo the camera's orientation, 1 to 8; from 5 on the picture is also transposed (EXIF 2.32, tag 0x0112)."""
    if orientation in (5, 6, 7, 8):
        grey = grey.T
    if orientation in (2, 3, 6, 7):
        grey = grey[:, ::-1]
    if orientation in (3, 4, 7, 8):
        grey = grey[::-1]
    return grey


def _cause(error: Exception) -> str:
    from PIL import Image

    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"it has more than {LARGEST_PICTURE // 10**6} million pixels; make it smaller"
    if isinstance(error, MemoryError):
        return "it needs more memory than there is; make it smaller"
    # Pillow raises many kinds of errors for broken files: OSError, SyntaxError, struct.error, zlib.error and more.
    return "it is damaged or cut off; save or copy it again"


def _kind(data: bytes) -> str:
    if not data:
        return "it is empty"
    if data[4:8] == b"ftyp":
        return "it is a HEIC or AVIF picture or a film, which can't be read"
    if data.startswith(b"%PDF"):
        return "it is a PDF document, not a picture"
    return "it is not a picture, or of an unknown kind"
