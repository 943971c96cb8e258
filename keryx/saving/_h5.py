"""HDF5 files as tables of arrays; a file from elsewhere is data that may be hostile.

Nothing is read before it was looked at: only plain groups and datasets of numbers, all
inside the file itself, with the usual compression.
"""

import contextlib
import math
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from keryx._core.errors import FileError, KeryxError
from keryx.saving import _h5_heap, _raw

LARGE = 2**20  # bytes from which arrays are read past HDF5
MAX_OBJECTS = 200_000
MAX_DEPTH = 100
MAX_CHUNK = 64 * 2**20  # bytes; larger chunks only for larger arrays
# Deflate makes zeros 1032 times smaller. Arrays may be that much larger than the file
# that holds them, and a small file's this many bytes more.
MAX_RATIO, MAX_FREE = 1100, 64 * 2**20
# Deflate, shuffle, Fletcher's checksum, szip, and LZF: what needs no plugin.
_FILTERS = frozenset((1, 2, 3, 4, 32000))
# Files up to so many bytes are looked through before anything in them is opened; in
# larger ones the heaps are looked at before a text of variable length is read.
SMALL = 64 * 2**20
# Types that HDF5 does not know; an attribute names them.
_RAW = ("bfloat16", "float8_e4m3fn", "float8_e5m2")

Dataset = Any
Group = Any
Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


def library() -> Any:
    """Returns `h5py`, which takes long to import and has no types."""
    import h5py  # type: ignore[import-untyped]  # it has no stubs

    return h5py


@dataclass
class Origin:
    """Where the bytes of a file that is open are.

    Attributes:
        source: Path, window or other binary file.
        number: The library's number of the file.
        checked: Whether the heaps were looked at.
    """

    source: Any
    number: int
    checked: bool = False

    def place(self) -> tuple[Any, int] | None:
        """Returns the path and the place of the first byte, if there is a path."""
        if isinstance(self.source, _raw.Window):
            return self.source.path, self.source.start
        return (self.source, 0) if isinstance(self.source, str | Path) else None


_origins: ContextVar[tuple[Origin, ...]] = ContextVar("keryx_h5", default=())


@contextlib.contextmanager
def opened(source: Any, where: str) -> Iterator[Any]:
    """Opens an HDF5 file to be read.

    Args:
        source: Path, window or other binary file.
        where: How messages name it.

    Raises:
        FileError: If it is no HDF5 file, or a damaged one.
    """
    try:
        file = library().File(source, "r")
    except Exception as error:  # damage has many classes
        raise FileError(
            where, expected="an HDF5 file", got=f"one that HDF5 rejects ({error})"
        ) from error
    with file:
        with guarded(where, "/"):
            origin = Origin(source, _number(file))
        token = _origins.set((origin, *_origins.get()))
        try:
            if file_size(file) <= SMALL:
                _check_heaps(file, where)
            yield file
        finally:
            _origins.reset(token)


def _origin(item: Any) -> Origin | None:
    number = _number(item)
    return next((one for one in _origins.get() if one.number == number), None)


def _number(item: Any) -> int:
    return int(library().h5o.get_info(item.id).fileno)


def _check_heaps(item: Any, where: str) -> None:
    """Looks at the heaps of the file that is open, once.

    Raises:
        FileError: If the library would not come to an end with them.
    """
    origin = _origin(item)
    if origin is None or origin.checked:
        return
    origin.checked = True
    with guarded(where, "/"):
        width = item.file.id.get_create_plist().get_sizes()[1]
        problem = _h5_heap.damage(origin.source, width)
        if problem is not None:
            raise _refused(where, "/", problem)


@contextlib.contextmanager
def guarded(where: str, path: str) -> Iterator[None]:
    """Turns HDF5's errors about damage, which have many classes, into `FileError`s."""
    try:
        yield
    except KeryxError:
        raise
    except Exception as error:
        raise _refused(where, path, f"damaged data ({error})") from error


class Contents(NamedTuple):
    """What a file holds, nothing of it read yet.

    Attributes:
        groups: Groups by path; "" is the file itself.
        datasets: Arrays by path.
    """

    groups: dict[str, Group]
    datasets: dict[str, Dataset]


def datasets(file: Any, where: str) -> dict[str, Dataset]:
    """Returns the datasets of a file by their paths, without reading them.

    Raises:
        FileError: If it has links to elsewhere, cycles, or more than a model can have.
    """
    return contents(file, where).datasets


def contents(file: Any, where: str) -> Contents:
    """Returns the groups and the datasets of a file, without reading them.

    Raises:
        FileError: If it has links to elsewhere, cycles, more than a model can have, or
            arrays that cannot be in a file of its size.
    """
    h5py = library()
    with guarded(where, "/"):
        found = dict(_walk(file, where))
        arrays = {
            p: item for p, item in found.items() if isinstance(item, h5py.Dataset)
        }
        size = file_size(file)
        declared = sum(
            math.prod(item.shape or ()) * item.dtype.itemsize
            for item in arrays.values()
        )
        if declared > MAX_FREE + MAX_RATIO * size:
            what = f"arrays of {declared} bytes in a file of {size}"
            raise _refused(where, "/", what)
    groups = {p: item for p, item in found.items() if p not in arrays}
    return Contents({"": file, **groups}, arrays)


def file_size(item: Any) -> int:
    """Returns the number of bytes of the file that a group is in."""
    return int(item.file.id.get_filesize())


def _walk(file: Any, where: str) -> Iterator[tuple[str, Any]]:
    h5py = library()
    count, groups = 0, {_address(file)}
    stack = [("", file)]
    while stack:
        path, group = stack.pop()
        for name in group:
            inner = f"{path}/{name}" if path else str(name)
            count += 1
            if count > MAX_OBJECTS or inner.count("/") > MAX_DEPTH:
                raise _refused(where, inner, "more groups than a model can have")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _refused(where, inner, "a link to another place")
            item = group[name]
            if isinstance(item, h5py.Dataset):
                yield inner, item
            elif isinstance(item, h5py.Group):
                if _address(item) in groups:
                    raise _refused(where, inner, "a group that occurs twice")
                groups.add(_address(item))
                stack.append((inner, item))
                yield inner, item


def _address(item: Any) -> Any:
    return library().h5o.get_info(item.id).addr


def _refused(where: str, path: str, what: str) -> FileError:
    return FileError(
        f"{where}, {path!r}",
        expected="groups and arrays inside the file itself",
        got=what,
        fix="The file may be damaged or unsafe: get it again from where it was made.",
    )


def attribute(item: Any, name: str, where: str) -> Any:
    """Returns an attribute: text, a list of texts, a number, or `None` if not there.

    Raises:
        FileError: If it is of another kind, or larger than the file.
    """
    path = f"{item.name}, attribute {name!r}"
    with guarded(where, path):
        if name not in item.attrs:
            return None
        handle = item.attrs.get_id(name)
        shape, dtype = tuple(handle.shape or ()), handle.dtype
        text = library().check_string_dtype(dtype) is not None
        if not text and dtype.kind not in "SUbiuf":
            raise _refused(where, path, f"values of type {dtype}")
        count = math.prod(shape)
        if len(shape) > 1 or count > MAX_OBJECTS:
            raise _refused(where, path, f"values of shape {shape}")
        if count * dtype.itemsize > file_size(item):
            raise _refused(where, path, "more bytes than the file has")
        if dtype.kind == "O":
            _check_heaps(item, where)
        return _plain(item.attrs[name])


def _plain(value: Any) -> Any:
    """Returns an attribute's value as text, a number, or a list of them."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [_plain(element) for element in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


def text(item: Any, name: str, where: str) -> str | None:
    """Returns an attribute that is one text, or `None` if it is not there.

    Raises:
        FileError: If it is something else.
    """
    value = attribute(item, name, where)
    value = _plain(value) if isinstance(value, bytes) else value
    if value is not None and not isinstance(value, str):
        path = f"{item.name}, attribute {name!r}"
        raise _refused(where, path, f"a {type(value).__name__} instead of text")
    return value


def texts(item: Any, name: str, where: str) -> list[str] | None:
    """Returns an attribute that is a list of texts, or `None` if it is not there.

    A long list is in pieces: `name0`, `name1`, ….

    Raises:
        FileError: If it is something else.
    """
    whole = attribute(item, name, where)
    pieces = [] if whole is None else [whole]
    while whole is None:
        piece = attribute(item, f"{name}{len(pieces)}", where)
        if piece is None:
            break
        pieces.append(piece)
    if not pieces:
        return None
    for piece in pieces:
        if not isinstance(piece, list) or not all(isinstance(t, str) for t in piece):
            path = f"{item.name}, attribute {name!r}"
            raise _refused(where, path, "something else than a list of texts")
    return [entry for piece in pieces for entry in piece]


def form(dataset: Dataset, path: str, where: str) -> tuple[Shape, np.dtype[Any]]:
    """Returns the shape and the element type of a dataset that is safe to read.

    Raises:
        FileError: If its numbers are not in the file, need a plugin, or are none.
    """
    with guarded(where, path):
        shape, dtype = tuple(dataset.shape or ()), np.dtype(dataset.dtype)
        problem = _problem(dataset, shape, dtype)
        if problem is None and dtype.kind == "V":
            dtype = _raw_type(dataset, dtype, where)
        if problem is None and dtype.kind not in "biufcV":
            problem = f"elements of type {dtype}"
        if problem is not None:
            raise _refused(where, path, problem)
    return shape, dtype


def _problem(dataset: Dataset, shape: Shape, dtype: np.dtype[Any]) -> str | None:
    """Returns what makes a dataset unsafe to read, if anything."""
    if dataset.is_virtual or dataset.external is not None:
        return "an array whose numbers are in another file"
    steps = dataset.id.get_create_plist()
    filters = {steps.get_filter(i)[0] for i in range(steps.get_nfilters())}
    if not filters <= _FILTERS:
        return "an array with an unusual compression"
    if dataset.shape is None:
        return "an array without a shape"
    chunk = math.prod(dataset.chunks or (0,)) * dtype.itemsize
    if chunk > max(MAX_CHUNK, 2 * math.prod(shape) * dtype.itemsize):
        return "an array in chunks larger than itself"
    return None


def _raw_type(dataset: Dataset, dtype: np.dtype[Any], where: str) -> np.dtype[Any]:
    """Returns the type that the attribute of an array of raw bytes names.

    One that it does not name is an object's, which no array has.
    """
    named = attribute(dataset, "dtype", where)
    if isinstance(named, str) and named in _RAW:
        raw: np.dtype[Any] = jnp.dtype(named)
        if raw.itemsize == dtype.itemsize:
            return raw
    return np.dtype(object)


def read(dataset: Dataset, path: str, where: str) -> Array:
    """Returns a dataset's numbers.

    Raises:
        FileError: If the file is damaged there.
    """
    shape, dtype = form(dataset, path, where)
    with guarded(where, path):
        if dataset.nbytes >= LARGE and dataset.dtype.isnative and is_plain(dataset):
            origin = _origin(dataset)
            found = None if origin is None else origin.place()
            if found is not None and dtype.kind in "biuf":
                start = found[1] + dataset.id.get_offset()
                return _raw.array_at(found[0], start, shape, dtype)
        array = np.asarray(dataset[()])
        return array.view(dtype) if array.dtype.kind == "V" else array


def is_plain(dataset: Dataset) -> bool:
    """Tells whether a dataset's bytes are all there, and as they are."""
    with guarded("HDF5", dataset.name):
        start = dataset.id.get_offset()
        return start is not None and start + dataset.nbytes <= file_size(dataset)


def storable(name: str) -> str:
    """Returns the name of a layer if it can be one in an HDF5 file.

    Raises:
        FileError: If it cannot.
    """
    if not name or "\0" in name:
        raise FileError(
            f"layer {name!r}", expected="a name that HDF5 can hold", got=repr(name)
        )
    return name


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
