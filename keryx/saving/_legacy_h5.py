"""Weights in HDF5 files by layer, as all Keras up to 2 and `.h5` of Keras 3 have them.

A group for each layer; its attribute `weight_names` gives the order of its arrays.
"""

import re
from typing import Any, NamedTuple

from keryx._core.errors import FileError
from keryx.saving import _h5
from keryx.saving._h5 import Contents
from keryx.saving._restore import Stored

WEIGHTS, OPTIMIZER, TOP = (
    "model_weights",
    "optimizer_weights",
    "top_level_model_weights",
)
Row = tuple[str, Stored]  # an array's name in its group, and the array


class Era(NamedTuple):
    """Who wrote a file.

    Attributes:
        version: Version of Keras; the first files, which do not say it, are of 1.
        backend: What Keras ran on, or `None` if the file does not say it.
    """

    version: tuple[int, ...]
    backend: str | None

    @property
    def text(self) -> str:
        """The version with dots."""
        return ".".join(map(str, self.version))

    def before(self, *version: int) -> bool:
        """Tells whether the file was written before a version of Keras."""
        return self.version < version


class Saved(NamedTuple):
    """What a file has for one layer.

    Attributes:
        name: Name of the layer.
        rows: Its arrays, in order.
    """

    name: str
    rows: list[Row]


def is_legacy(file: Any) -> bool:
    """Tells whether a file has its weights by layer, or is a whole model."""
    names = ("layer_names", "layer_names0", "nb_layers", "model_config")
    with _h5.guarded("HDF5", "/"):
        return any(name in file.attrs for name in names)


def era(file: Any, where: str) -> Era:
    """Returns who wrote a file, as its attributes say."""
    version = backend = None
    for path in ("", WEIGHTS):
        group = file if not path else _plain_group(file, path)
        if group is not None:
            version = version or _h5.text(group, "keras_version", where)
            backend = backend or _h5.text(group, "backend", where)
    return Era(parse_version(version or "1"), backend.lower() if backend else None)


def parse_version(text: str) -> tuple[int, ...]:
    """Returns the numbers with which a version begins."""
    numbers = re.match(r"\d{1,9}(\.\d{1,9})*", text)
    return tuple(map(int, numbers[0].split("."))) if numbers else (1,)


def _plain_group(file: Any, path: str) -> Any:
    h5py = _h5.library()
    with _h5.guarded("HDF5", path):
        link = file.get(path, getlink=True)
        plain = isinstance(link, h5py.HardLink)
        return file[path] if plain and isinstance(file[path], h5py.Group) else None


def layers(contents: Contents, where: str) -> list[Saved]:
    """Returns what a file has for each layer that has arrays, in the file's order.

    Raises:
        FileError: If an array that it lists is not there, or is no safe one.
    """
    root = WEIGHTS if WEIGHTS in contents.groups else ""
    group = contents.groups[root]
    if _h5.attribute(group, "nb_layers", where) is not None:
        return _oldest(contents, root, where)
    names = _h5.texts(group, "layer_names", where)
    if names is None:
        raise FileError(
            where, expected="weights by layer", got="an HDF5 file without `layer_names`"
        )
    if TOP not in names and _join(root, TOP) in contents.groups:
        names = [*names, TOP]
    found = [Saved(name, rows(contents, _join(root, name), where)) for name in names]
    return [saved for saved in found if saved.rows]


def rows(contents: Contents, path: str, where: str) -> list[Row]:
    """Returns the arrays of a group in the order of its `weight_names`.

    Raises:
        FileError: If one of them is not there, or is no safe one.
    """
    group = contents.groups.get(_clean(path))
    if group is None:
        raise _missing(where, path)
    names = _h5.texts(group, "weight_names", where) or []
    return [(name, _stored(contents, f"{path}/{name}", where)) for name in names]


def _oldest(contents: Contents, root: str, where: str) -> list[Saved]:
    """Returns the layers of a file of Keras 0, which has only numbers."""
    found = []
    for i in range(_count(contents.groups[root], "nb_layers", where)):
        path = _join(root, f"layer_{i}")
        group = contents.groups.get(path)
        if group is None:
            raise _missing(where, path)
        names = [f"param_{k}" for k in range(_count(group, "nb_params", where))]
        arrays = [(name, _stored(contents, f"{path}/{name}", where)) for name in names]
        if arrays:
            found.append(Saved(f"layer_{i}", arrays))
    return found


def _count(group: Any, name: str, where: str) -> int:
    value = _h5.attribute(group, name, where)
    if not isinstance(value, int) or not 0 <= value <= _h5.MAX_OBJECTS:
        raise FileError(
            f"{where}, attribute {name!r}", expected="a count", got=repr(value)
        )
    return value


def _stored(contents: Contents, path: str, where: str) -> Stored:
    dataset = contents.datasets.get(_clean(path))
    if dataset is None:
        raise _missing(where, path)
    return stored(dataset, path, where)


def stored(dataset: Any, path: str, where: str) -> Stored:
    """Returns a dataset as an array that is not read yet.

    Raises:
        FileError: If it is unsafe to read.
    """
    shape, dtype = _h5.form(dataset, path, where)
    certain = _h5.is_plain(dataset)
    return Stored(shape, dtype, lambda: _h5.read(dataset, path, where), certain)


def _missing(where: str, path: str) -> FileError:
    return FileError(
        where, expected=f"{path!r}, which it lists", got="nothing of that name"
    )


def _join(root: str, name: str) -> str:
    return _clean(f"{root}/{name}")


def _clean(path: str) -> str:
    """Returns a path without empty parts."""
    return "/".join(part for part in path.split("/") if part)
