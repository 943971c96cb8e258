"""`tf.io`: files, and the images in them."""

import functools
import glob
import io
import os
import shutil
from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np

from keryx._core.errors import FileError
from keryx.dialects.tensorflow._dtypes import narrow
from keryx.dialects.tensorflow._image import convert_image_dtype
from keryx.dialects.tensorflow._tensor import constant, text

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def path_of(filename: Any) -> str:
    """Returns a path from text, bytes or a tensor of text."""
    plain = filename.item() if isinstance(filename, np.ndarray) else filename
    return os.fsdecode(plain)


def read_file(filename: Any, name: Any = None) -> Any:
    """Returns a file's contents."""
    with open(path_of(filename), "rb") as file:
        return text(file.read())


def write_file(filename: Any, contents: Any, name: Any = None) -> None:
    """Writes a file, and the folders that it is in."""
    path = path_of(filename)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    data = contents.item() if isinstance(contents, np.ndarray) else contents
    with open(path, "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


def matching_files(pattern: Any, name: Any = None) -> Any:
    """Returns the paths that match a pattern, in order."""
    return text(sorted(glob.glob(path_of(pattern))))


def decode_image(
    contents: Any,
    channels: int | None = 0,
    dtype: Any = "uint8",
    name: Any = None,
    expand_animations: bool = True,
    **options: Any,
) -> Any:
    """Returns the pixels of a JPEG, PNG, GIF or BMP file; needs Pillow.

    Args:
        contents: The file's contents.
        channels: 1 for grey, 3 for colours, 4 for colours and opacity; 0 for what the
            file has.
        dtype: Whole numbers, or floats from 0 to 1.
        name: Accepted for TensorFlow's sake.
        expand_animations: Accepted for TensorFlow's sake: of moving images, the first.
        options: Options of TensorFlow's decoders, without a meaning here.

    Shapes:
        result: `(height, width, channels)`

    Raises:
        FileError: If it is no image.
    """
    from PIL import Image, UnidentifiedImageError

    data = contents.item() if isinstance(contents, np.ndarray) else contents
    try:
        image: Any = Image.open(io.BytesIO(data))
    except UnidentifiedImageError as error:
        raise FileError("decode_image", expected="a JPEG, PNG, GIF or BMP file",
                        got=f"{len(data)} other bytes") from error  # fmt: skip
    known = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "1": 1, "I;16": 1, "I": 1}
    mode = _MODES[channels or known.get(image.mode, 4 if "transparency" in image.info
                                        else 3)]  # fmt: skip
    pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    array = jnp.asarray(pixels)
    return array if narrow(dtype) == array.dtype else convert_image_dtype(array, dtype)


def _decoder(name: str) -> Any:
    @functools.wraps(decode_image)
    def decode(
        contents: Any,
        channels: int = 0,
        *args: Any,
        dtype: Any = "uint8",
        **options: Any,
    ) -> Any:
        return decode_image(contents, channels, dtype)

    decode.__name__ = name
    return decode


decode_jpeg, decode_png = _decoder("decode_jpeg"), _decoder("decode_png")
decode_bmp, decode_gif = _decoder("decode_bmp"), _decoder("decode_gif")


def _encoder(form: str) -> Any:
    def encode(image: Any, *args: Any, **options: Any) -> Any:
        from PIL import Image

        pixels = np.asarray(image)
        stored = io.BytesIO()
        one = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
        Image.fromarray(one).save(stored, form)
        return text(stored.getvalue())

    encode.__name__ = f"encode_{form}"
    encode.__doc__ = f"Returns an image as the contents of a {form.upper()} file."
    return encode


encode_jpeg, encode_png = _encoder("jpeg"), _encoder("png")


def decode_raw(
    input_bytes: Any, out_type: Any, little_endian: bool = True, name: Any = None
) -> Any:
    """Returns bytes as numbers."""
    kind = np.dtype(narrow(out_type)).newbyteorder("<" if little_endian else ">")
    return constant(np.frombuffer(input_bytes.item(), kind).astype(kind.name))


class GFile:
    """A file: Python's `open` by another name."""

    def __new__(cls, name: Any, mode: str = "r") -> Any:
        return open(path_of(name), mode)


def glob_(pattern: Any) -> list[str]:
    """Returns the paths that match a pattern, or several."""
    many = pattern if isinstance(pattern, list | tuple) else [pattern]
    return sorted(path for one in many for path in glob.glob(path_of(one)))


def exists(path: Any) -> bool:
    """Tells whether there is a file or folder."""
    return os.path.exists(path_of(path))


def isdir(path: Any) -> bool:
    """Tells whether there is a folder."""
    return os.path.isdir(path_of(path))


def listdir(path: Any) -> list[str]:
    """Returns the names in a folder."""
    return sorted(os.listdir(path_of(path)))


def makedirs(path: Any) -> None:
    """Makes a folder, and those it is in."""
    os.makedirs(path_of(path), exist_ok=True)


def remove(path: Any) -> None:
    """Deletes a file."""
    os.remove(path_of(path))


def rmtree(path: Any) -> None:
    """Deletes a folder and what is in it."""
    shutil.rmtree(path_of(path))


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file."""
    if not overwrite and exists(dst):
        raise FileError("tf.io.gfile.copy", expected="a new path", got=path_of(dst),
                        fix="Give `overwrite=True`.")  # fmt: skip
    shutil.copyfile(path_of(src), path_of(dst))


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Moves a file."""
    os.replace(path_of(src), path_of(dst))


def walk(top: Any) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yields folders with their folders and files."""
    yield from os.walk(path_of(top))
