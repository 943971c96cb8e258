"""`.npz` files, read as data that may be hostile."""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.archive import FLOOR, RATIO
from keryx._core.errors import FileError, KeryxError
from keryx.datasets import _pickle

Array = np.ndarray[Any, Any]


def load(path: Path, names: Sequence[str]) -> list[Array]:
    """Returns arrays of numbers, or of lists of integers, by their names.

    Args:
        path: The file.
        names: What the arrays are called in it.

    Raises:
        FileError: If one is not there, or the file is damaged or unsafe.
    """
    import zipfile

    try:
        with zipfile.ZipFile(path) as file:
            members = {member.filename: member for member in file.infolist()}
            total = sum(member.file_size for member in members.values())
            if total > max(FLOOR, RATIO * path.stat().st_size):
                raise refused(path, "one that unpacks to far more than it weighs")
            missing = [name for name in names if f"{name}.npy" not in members]
            if missing:
                raise refused(path, f"none called {', '.join(missing)}")
            return [
                _array(file.read(members[f"{name}.npy"]), path, name) for name in names
            ]
    except KeryxError:
        raise
    except Exception as error:  # damage has many classes
        raise refused(path, f"something else ({error})") from error


def refused(path: Path, got: str) -> FileError:
    """Returns the error of a file that is not what it should be."""
    return FileError(
        str(path),
        expected="the arrays of this data set",
        got=got,
        fix="The file may be damaged or unsafe: delete it, to have it fetched again.",
    )


def _array(data: bytes, path: Path, name: str) -> Array:
    """Returns the array in a `.npy` file."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise refused(path, f"{name!r} in the unknown version {version}")
    shape, is_fortran, dtype = readers[version](stream)
    content = memoryview(data)[stream.tell() :]
    if dtype.kind == "O":
        array = _pickle.load(bytes(content), f"{path}, {name!r}")
        if not isinstance(array, np.ndarray) or array.shape != shape:
            raise refused(path, f"{name!r}, which is not of the shape it says")
        return array
    size = math.prod(shape) * dtype.itemsize
    if dtype.kind not in "biuf" or min(shape, default=0) < 0 or size != len(content):
        raise refused(path, f"{name!r}, of {len(content)} bytes, as {dtype} {shape}")
    order: Any = "F" if is_fortran else "C"
    return np.frombuffer(content, dtype).reshape(shape, order=order).copy(order)
