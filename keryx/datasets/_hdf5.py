"""Part of an array in an HDF5 file, read when it is asked for."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError, FileError
from keryx.saving import _h5

Array = np.ndarray[Any, Any]


class HDF5Matrix:
    """Rows `start` to `end` of an array in an HDF5 file, as an array to index.

    Indexing reads the rows that it names. `fit`, `evaluate` and `predict` take it for
    `x` and `y`; they read all of its rows.

    Example:
        >>> import h5py, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "data.h5")
        >>> with h5py.File(path, "w") as file:
        ...     file["x"] = [[1.0], [2.0], [3.0]]
        >>> x = HDF5Matrix(path, "x", start=1)
        >>> x.shape, x[-1]
        ((2, 1), array([3.]))

    Args:
        datapath: The file.
        dataset: Path of the array in the file.
        start: Its first row.
        end: The row after its last one; `None` for all.
        normalizer: Applied to the rows that are read; it keeps their number.

    Raises:
        ArgumentError: If there are no such rows.
        FileError: If there is no such array, or its numbers are not in the file.
    """

    def __init__(
        self,
        datapath: str | os.PathLike[str],
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Callable[[Array], Any] | None = None,
    ) -> None:
        self.data = _open(Path(datapath), dataset)
        rows = len(self.data)
        self.start = start
        self.end = rows if end is None else end
        self.normalizer = normalizer
        if not 0 <= self.start <= self.end <= rows:
            got = (self.start, self.end)
            raise ArgumentError(
                self, "start", expected=f"at most `end`, and that {rows}", got=got
            )

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: Any) -> Any:
        rows = np.arange(self.start, self.end)[key]
        if rows.ndim > 1:
            raise IndexError("an HDF5Matrix has one index: a row, a slice, or several")
        if isinstance(key, slice) and len(rows) and (key.step or 1) == 1:
            found = self.data[rows[0] : rows[-1] + 1]
        else:  # HDF5 wants each row once, in order
            wanted, places = np.unique(rows, return_inverse=True)
            found = self.data[wanted][places.reshape(rows.shape)]
        return found if self.normalizer is None else self.normalizer(found)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the rows, after the normalizer."""
        return (len(self), *np.shape(self[:1])[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers, after the normalizer."""
        return np.asarray(self[:1]).dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of numbers."""
        return int(np.prod(self.shape))


def _open(path: Path, name: str) -> Any:
    """Returns an array of a file, which stays open as long as the array is used.

    Raises:
        FileError: If there is none, or it is unsafe to read.
    """
    h5py = _h5.library()
    try:
        item = h5py.File(path, "r")
    except OSError as error:
        raise FileError(str(path), expected="an HDF5 file", got=str(error)) from error
    for part in [part for part in name.split("/") if part]:
        is_group = isinstance(item, h5py.Group)
        link = item.get(part, getlink=True) if is_group else None
        if not isinstance(link, h5py.HardLink):
            raise FileError(
                str(path), expected=f"an array {name!r} in this file", got="none"
            )
        item = item[part]
    if not isinstance(item, h5py.Dataset) or not item.shape:
        raise FileError(
            str(path), expected=f"an array {name!r} with rows", got="something else"
        )
    _h5.form(item, name, str(path))
    return item
