"""Any picture file, or its bytes, becomes a grey picture; whatever is wrong with it becomes one `PictureError`.

In the data flow: file -> **images** (with grey.py) -> ink -> segmentation -> preparation -> network.
A stranger's file is not trusted: its size is known before it is read, its pixels are counted before they are decoded,
and only formats that Pillow decodes without outside programs are let in.
"""

import io
import math
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handwriting.errors import PictureError
from handwriting.interfaces import Floats
from handwriting.pictures.grey import to_grey

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
LARGEST_FILE = 200_000_000
"""Bytes; more is refused unread."""
LARGEST_PICTURE = 64_000_000
"""Pixels; more is refused undecoded."""
LONGEST_SIDE = 2000
"""Pixels; a larger picture is made smaller while it is decoded. Digits are read at 28x28."""

_ADVICE = f"give one of these formats: {', '.join(FORMATS)}"


@dataclass(frozen=True)
class Picture:
    """A decoded picture: `grey` (height, width) float32 from 0 dark to 1 light, upright.

    One pixel of `grey` stands for `scale` x `scale` pixels of the file. `notices` are lines for the user.
    """

    grey: Floats
    scale: float = 1.0
    notices: tuple[str, ...] = ()


def decode(source: Path | bytes) -> Picture:
    """Decode the picture in a file, or in bytes that came from standard input.

    Raises `PictureError`, and nothing else, where that can't be done.
    """
    name, data = ("standard input", source) if isinstance(source, bytes) else (str(source), _read(source))
    if not data:
        raise PictureError(f"{name} is empty; {_ADVICE}")
    if len(data) > LARGEST_FILE:
        raise _too_many_bytes(name)
    try:
        return _decode(data)
    except PictureError as error:
        raise PictureError(f"{name}: {error}") from error
    except Exception as error:
        # Broken files let Pillow's decoders raise whatever they stumble over: struct.error, SyntaxError, zlib.error,
        # OSError, MemoryError and more. None of them is a fault of this program, all mean the same to the user.
        raise PictureError(f"{name}: {_cause(error, data)}") from error


def _read(path: Path) -> bytes:
    try:
        # Asked before opening: to open a pipe that nobody writes to would wait for ever.
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if path.is_dir() else "a pipe or a device"
            raise PictureError(f"{path} is {kind}, not a picture file; to pipe a picture in, name it - instead")
        with path.open("rb") as file:
            # Room is made for all that is asked for, and to make it for 200 MB takes longer than to read a small file.
            data = file.read(min(found.st_size, LARGEST_FILE) + 1)
            if found.st_size < len(data) <= LARGEST_FILE:  # it has grown, or its size is not known
                data += file.read(LARGEST_FILE + 1 - len(data))
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it
        cause = getattr(error, "strerror", None) or str(error)
        raise PictureError(f"can't read {path}: {cause}; check the name and the permissions") from error
    except MemoryError as error:
        raise _too_many_bytes(str(path)) from error
    return data


def _too_many_bytes(name: str) -> PictureError:
    return PictureError(f"{name} is larger than {LARGEST_FILE // 10**6} MB; give a smaller picture")


def _decode(data: bytes) -> Picture:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        if width * height > LARGEST_PICTURE:
            raise PictureError(_too_many_pixels(f"{width} x {height}"))
        notices = _notices(image)
        factor = math.ceil(max(width, height) / LONGEST_SIDE)
        image.draft(None, (width // factor, height // factor))  # JPEG can be decoded at a fraction of its size
        image.load()
        orientation = _orientation(image)
        grey = to_grey(image, math.ceil(max(image.size) / LONGEST_SIDE))
    scale = max(width, height) / max(grey.shape)
    return Picture(_upright(grey, orientation), scale, notices)


def _notices(image: "Image.Image") -> tuple[str, ...]:
    # Phones append previews to their pictures (MPO): nothing that a person would miss.
    several = image.format != "MPO" and getattr(image, "is_animated", False)
    return ("it holds several pictures; the first one is read",) if several else ()


def _orientation(image: "Image.Image") -> int:
    """Return the EXIF orientation, 1 to 8: how the camera was held."""
    from PIL import ExifTags

    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # as in `decode`: anything may come out of broken EXIF data, and the picture is whole without it
        return 1


def _upright(grey: Floats, orientation: int) -> Floats:
    """Undo the camera's orientation. From 5 on the picture is transposed as well (EXIF 2.32, tag 0x0112)."""
    if orientation in (5, 6, 7, 8):
        grey = grey.T
    if orientation in (2, 3, 6, 7):
        grey = grey[:, ::-1]
    if orientation in (3, 4, 7, 8):
        grey = grey[::-1]
    return grey


def _cause(error: Exception, data: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return _too_many_pixels("too many")
    if isinstance(error, MemoryError):
        return "it needs more memory than there is; make it smaller"
    if isinstance(error, UnidentifiedImageError):
        return f"{_kind(data)}; {_ADVICE}"
    return "it is damaged or cut off; save or copy it again"


def _kind(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return "it is a HEIC or AVIF picture or a film, which can't be read"
    if data.startswith(b"%PDF"):
        return "it is a PDF document, not a picture"
    return "it is not a picture, or of an unknown kind"


def _too_many_pixels(size: str) -> str:
    return f"it has {size} pixels, more than {LARGEST_PICTURE // 10**6} million; make it smaller"
