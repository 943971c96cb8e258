"""Reading and writing pictures."""

import contextlib
import os
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keryx._core import check
from keryx._core.errors import FileError, KeryxWarning
from keryx._core.files import replacing
from keryx._core.hook import hooked
from keryx.preprocessing.image._arrays import array_to_img

COLORS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")
_GREY = ("L", "I;16", "I")  # kinds of pixels that are grey as they are
# What Pillow's readers raise for files that are broken, each its own.
_BROKEN = (OSError, SyntaxError, ValueError, IndexError, KeyError, EOFError,
           OverflowError, struct.error, zlib.error)  # fmt: skip


@hooked
def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Returns a picture file as a picture of Pillow.

    Departs from Keras: PostScript is refused, since reading it runs a program.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "grey.png")
        >>> save_img(path, [[[0.0], [255.0]]])
        >>> load_img(path, color_mode="grayscale", target_size=(3, 4)).size
        (4, 3)

    Args:
        path: The file, or one that is open for reading bytes.
        color_mode: "grayscale", "rgb" or "rgba".
        target_size: Height and width to resize to; the file's own if `None`.
        interpolation: How to resize: "nearest", "bilinear", "bicubic", "hamming",
            "box" or "lanczos".
        keep_aspect_ratio: Whether to cut off what is too wide or too high before
            resizing, rather than to distort.

    Raises:
        ArgumentError: If an option is unknown.
        FileError: If the file is broken, no picture, or has too many pixels.
        FileNotFoundError: If there is none.
    """
    color_mode = check.one_of(color_mode, tuple(COLORS), "color_mode", "load_img")
    how = check.one_of(interpolation, INTERPOLATIONS, "interpolation", "load_img")
    if target_size is not None:
        target_size = check_size(target_size, "load_img")
    with _opened(path) as picture:
        wanted = COLORS[color_mode]
        grey = wanted == "L" and picture.mode in _GREY
        if picture.mode != wanted and not grey:
            picture = picture.convert(wanted)
        if target_size is None:
            picture.load()
            return picture
        return _resized(picture, target_size, how, keep_aspect_ratio)


def check_size(value: Any, owner: object) -> tuple[int, int]:
    """Returns height and width.

    Raises:
        ArgumentError: If it is not two positive integers.
    """
    height, width = check.int_tuple(value, 2, "target_size", owner)
    return height, width


@contextlib.contextmanager
def _opened(path: Any) -> Iterator[Any]:
    """Opens a picture; errors name the file.

    Raises:
        FileError: If it cannot be read.
    """
    from PIL import Image

    is_file = hasattr(path, "read")
    name = getattr(path, "name", "an open file") if is_file else path
    where = f"`load_img` of {str(name)!r}"
    # Opened here, so that what is raised for a missing file is Python's own error.
    with contextlib.nullcontext(path) if is_file else Path(path).open("rb") as file:
        try:
            with Image.open(file) as picture:
                _check(picture)
                yield picture
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise FileError(
                where,
                expected=f"at most {Image.MAX_IMAGE_PIXELS} pixels",
                got=_pixels(error),
                fix="If the file is to be trusted, raise `PIL.Image.MAX_IMAGE_PIXELS`.",
            ) from None
        except _BROKEN as error:
            raise FileError(
                where, expected="a picture", got=f"one that cannot be read: {error}"
            ) from error


def _check(picture: Any) -> None:
    """Refuses what is not safe to read on; Pillow itself only warns of some of it."""
    from PIL import Image

    if picture.format == "EPS":
        raise SyntaxError("PostScript, a program rather than pixels")
    pixels, limit = picture.width * picture.height, Image.MAX_IMAGE_PIXELS
    if limit is not None and pixels > limit:
        raise Image.DecompressionBombError(f"{pixels} pixels")


def _pixels(error: BaseException) -> str:
    found = re.search(r"\d+", str(error))
    return f"{found[0]} pixels" if found else "more"


def _resized(picture: Any, size: tuple[int, int], how: str, keep: bool) -> Any:
    """Returns a picture of another height and width."""
    from PIL import Image

    height, width = size
    if picture.size == (width, height):
        picture.load()
        return picture
    resampling = getattr(Image.Resampling, how.upper())
    box = _middle(picture.size, size) if keep else None
    return picture.resize((width, height), resampling, box=box)


def _middle(has: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Returns the largest box about the middle that has the shape of a size."""
    (width, height), (new_height, new_width) = has, size
    high = min(height, max(width * new_height // new_width, 1))
    wide = min(width, max(height * new_width // new_height, 1))
    top, left = (height - high) // 2, (width - wide) // 2
    return left, top, left + wide, top + high


@hooked
def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Writes an array as a picture file: the whole of it, or nothing.

    Args:
        path: Where to write it, or a file that is open for writing bytes.
        x: Levels, as `array_to_img` takes them.
        data_format: Whether channels come last or first; as configured if `None`.
        file_format: "png", "jpeg" and so on; by the path's ending if `None`.
        scale: Whether to stretch the levels to 0 to 255.
        **kwargs: Passed on to Pillow's writer of the format.

    Raises:
        FileError: If the format is unknown.
        ShapeError: If `x` is not a picture of 1, 3 or 4 channels.
    """
    picture = array_to_img(x, data_format, scale)
    kind = _format(path, file_format)
    if kind == "JPEG" and picture.mode == "RGBA":
        warnings.warn(
            "JPEG has no opacity: the picture is saved without it.",
            KeryxWarning,
            stacklevel=2,
        )
        picture = picture.convert("RGB")
    if hasattr(path, "write"):
        picture.save(path, format=kind, **kwargs)
        return
    with replacing(path) as part:
        picture.save(part, format=kind, **kwargs)


def _format(path: Any, file_format: str | None) -> str:
    """Returns Pillow's name of a format."""
    from PIL import Image

    known = Image.registered_extensions()
    name = Path(getattr(path, "name", path) if file_format is None else "").suffix
    ending = name if file_format is None else f".{file_format}"
    kind = known.get(ending.lower())
    if kind is None and file_format and file_format.upper() in Image.SAVE:
        kind = file_format.upper()
    if kind is None:
        raise FileError(
            f"`save_img` to {str(path)!r}",
            expected="an ending, or a `file_format`, such as png",
            got=repr(file_format or name),
        )
    return kind


def list_pictures(
    directory: str | os.PathLike[str],
    ext: str | tuple[str, ...] = ("jpg", "jpeg", "bmp", "png", "ppm", "tif", "tiff"),
) -> list[str]:
    """Returns the paths of all pictures in a folder and those below, in order.

    Args:
        directory: The folder.
        ext: Endings of the files to take: a tuple of them, or "png|jpg".
    """
    words = re.split(r"\W+", ext) if isinstance(ext, str) else ext
    endings = tuple(f".{word.lower().lstrip('.')}" for word in words if word)
    return [
        os.path.join(root, name)
        for root, _, names in sorted(os.walk(directory))
        for name in sorted(names)
        if name.lower().endswith(endings)
    ]
