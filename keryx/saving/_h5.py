"""HDF5 files as tables of arrays; a file from elsewhere is data that may be hostile.

Nothing is read before it was looked at: only plain groups and datasets of numbers, all
inside the file itself, with the usual compression.
"""

import contextlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

from keryx._core.errors import FileError

MAX_OBJECTS = 200_000
MAX_DEPTH = 100
MAX_CHUNK = 64 * 2**20  # bytes; larger chunks only for larger arrays
# Deflate, shuffle, Fletcher's checksum, szip, and LZF: what needs no plugin.
_FILTERS = frozenset((1, 2, 3, 4, 32000))
# Types that HDF5 does not know; an attribute names them.
_RAW = ("bfloat16", "float8_e4m3fn", "float8_e5m2")

Dataset = Any
Array = np.ndarray[Any, Any]


def library() -> Any:
    """Returns `h5py`, which takes long to import and has no types."""
    import h5py  # type: ignore[import-untyped]  # it has no stubs

    return h5py


@contextlib.contextmanager
def opened(source: Any, where: str) -> Iterator[Any]:
    """Opens an HDF5 file to be read.

    Args:
        source: Path or binary file.
        where: How messages name it.

    Raises:
        FileError: If it is no HDF5 file, or a damaged one.
    """
    try:
        file = library().File(source, "r")
    except OSError as error:
        raise FileError(
            where, expected="an HDF5 file", got=f"one that HDF5 rejects ({error})"
        ) from error
    with file:
        yield file


def datasets(file: Any, where: str) -> dict[str, Dataset]:
    """Returns the datasets of a file by their paths, without reading them.

    Raises:
        FileError: If it has links to elsewhere, cycles, or more than a model can have.
    """
    h5py = library()
    found: dict[str, Dataset] = {}
    groups = {_address(file)}
    stack = [("", file)]
    while stack:
        path, group = stack.pop()
        for name in group:
            inner = f"{path}/{name}" if path else str(name)
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _refused(where, inner, "a link to another place")
            item = _item(group, name, where, inner)
            if isinstance(item, h5py.Dataset):
                found[inner] = item
            elif isinstance(item, h5py.Group):
                if _address(item) in groups:
                    raise _refused(where, inner, "a group that occurs twice")
                groups.add(_address(item))
                stack.append((inner, item))
            if len(found) + len(groups) > MAX_OBJECTS or inner.count("/") > MAX_DEPTH:
                raise _refused(where, inner, "more groups than a model can have")
    return found


def _address(item: Any) -> Any:
    return library().h5o.get_info(item.id).addr


def _item(group: Any, name: str, where: str, path: str) -> Any:
    try:
        return group[name]
    except Exception as error:  # HDF5's errors about damage have many classes
        raise _refused(where, path, f"an object that is damaged ({error})") from error


def _refused(where: str, path: str, what: str) -> FileError:
    return FileError(
        f"{where}, {path!r}",
        expected="groups and arrays inside the file itself",
        got=what,
        fix="The file may be damaged or unsafe: get it again from where it was made.",
    )


def element_type(dataset: Dataset, where: str) -> np.dtype[Any]:
    """Returns the element type of a dataset that is safe to read.

    Raises:
        FileError: If its numbers are not in the file, need a plugin, or are none.
    """
    path = str(dataset.name).strip("/")
    try:
        dtype: np.dtype[Any] = dataset.dtype
        properties = dataset.id.get_create_plist()
        filters = {
            properties.get_filter(i)[0] for i in range(properties.get_nfilters())
        }
        outside = dataset.is_virtual or dataset.external is not None
        chunk = math.prod(dataset.chunks or (0,)) * dtype.itemsize
        whole = math.prod(dataset.shape) * dtype.itemsize
    except Exception as error:  # HDF5's errors about damage have many classes
        raise _refused(where, path, f"a damaged array ({error})") from error
    if outside:
        raise _refused(where, path, "an array whose numbers are in another file")
    if not filters <= _FILTERS:
        raise _refused(where, path, "an array with an unusual compression")
    if chunk > max(MAX_CHUNK, 2 * whole):
        raise _refused(where, path, "an array in chunks larger than itself")
    if dtype.kind == "V":
        return _raw_type(dataset, dtype, where, path)
    if dtype.kind not in "biufc":
        raise _refused(where, path, f"elements of type {dtype}")
    return dtype


def _raw_type(
    dataset: Dataset, dtype: np.dtype[Any], where: str, path: str
) -> np.dtype[Any]:
    """Returns the type that the attribute of an array of raw bytes names."""
    named = dataset.attrs.get("dtype") if "dtype" in dataset.attrs else None
    if named in _RAW and dtype.itemsize == jnp.dtype(named).itemsize:
        raw: np.dtype[Any] = jnp.dtype(named)
        return raw
    raise _refused(where, path, f"elements of type {dtype}")


def read(dataset: Dataset, where: str) -> Array:
    """Returns a dataset's numbers.

    Raises:
        FileError: If the file is damaged there.
    """
    dtype = element_type(dataset, where)
    try:
        array = np.asarray(dataset[()])
    except Exception as error:  # HDF5's errors about damage have many classes
        path = str(dataset.name).strip("/")
        raise _refused(where, path, f"a damaged array ({error})") from error
    return array.view(dtype) if array.dtype.kind == "V" else array


def write(group: Any, arrays: Mapping[str, Any]) -> None:
    """Writes arrays into a group under their names."""
    for name, value in arrays.items():
        array = np.asarray(value)
        if array.dtype.kind == "V":
            raw = np.frombuffer(array.tobytes(), f"V{array.dtype.itemsize}")
            dataset = group.create_dataset(name, data=raw.reshape(array.shape))
            dataset.attrs["dtype"] = array.dtype.name
        else:
            group.create_dataset(name, data=array)
