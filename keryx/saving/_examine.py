"""What a file holds, told from its headers: nothing is built and no array is read."""

import contextlib
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from keryx._core import serial
from keryx._core.errors import FileError, UnknownNameError
from keryx.saving import (
    _folder,
    _h5,
    _keras_archive,
    _legacy_h5,
    _model_h5,
    _safetensors,
    _shards,
    _weights_h5,
)
from keryx.saving._formats import FOLDER, kind_of
from keryx.saving._restore import Stored

# Compressed weights may have this many bytes; others, as many as the file.
MAX_UNPACKED = 2**30
_OURS = ("keras", "tensorflow.keras", "tf_keras", "keryx")
_ROOTS = ("keras", "tensorflow", "tf_keras", "keryx", "builtins")
# Parts of configurations that are no objects of a user's.
_PLAIN = ("__", "DTypePolicy", "function", "TensorShape", "Policy", "CustomMetric")
_PLACE = re.compile(r"^(/|~|\\\\|[A-Za-z]:[\\/]|[a-z0-9+.-]{2,10}://|\.\./)")
_SHOWN = ("units", "filters", "kernel_size", "strides", "padding", "pool_size", "rate",
          "activation", "input_dim", "output_dim", "return_sequences", "data_format",
          "batch_shape", "batch_input_shape", "axis", "target_shape")  # fmt: skip


class LayerFact(NamedTuple):
    """A layer, as the configuration describes it.

    Attributes:
        name: Its name.
        kind: Its class.
        settings: Its most telling arguments.
        parameters: Number of elements of its arrays; `None` if the file says nothing.
        depth: How many models it is inside of.
    """

    name: str
    kind: str
    settings: str
    parameters: int | None
    depth: int


class ArrayFact(NamedTuple):
    """An array in a file."""

    name: str
    shape: tuple[int, ...]
    dtype: str


class Facts(NamedTuple):
    """What `examine` found.

    Attributes:
        kind: What kind of file it is.
        version: Version of Keras that wrote it, or `None`.
        backend: What that ran on, or `None`.
        layers: The layers, nested ones after their model.
        arrays: The arrays, those of the optimizer too.
        optimizer: Class of the optimizer, or `None`.
        custom: Names of classes and functions that the caller has to know.
        suspicious: Sentences about what no file of a model needs.
    """

    kind: str
    version: str | None
    backend: str | None
    layers: list[LayerFact]
    arrays: list[ArrayFact]
    optimizer: str | None
    custom: list[str]
    suspicious: list[str]

    @property
    def parameters(self) -> int:
        """Number of elements of the arrays that are not the optimizer's."""
        weights = (a for a in self.arrays if not a.name.startswith("optimizer"))
        return sum(math.prod(array.shape) for array in weights)


class _Parts(NamedTuple):
    kind: str
    version: str | None
    backend: str | None
    config: Any
    training: Any
    arrays: dict[str, Stored]
    sizes: dict[str, int]


def examine(filepath: Any) -> Facts:
    """Returns what the file of a model or of weights holds, without building anything.

    Args:
        filepath: The file, of any kind that can be loaded.

    Raises:
        FileError: If it is not such a file.
    """
    path = Path(filepath)
    readers = {".h5": _of_h5, ".keras": _of_archive, FOLDER: _of_folder}
    read = readers.get(kind_of(path) or "")
    if read is None and path.name.endswith(".safetensors"):
        read = _of_safetensors
    if read is None and path.name.endswith(_shards.ENDING):
        read = _of_shards
    if read is None:
        raise FileError(
            str(path), expected="a model or weights", got="a file of another kind"
        )
    parts = read(path)
    objects = list(_objects((parts.config, parts.training)))
    return Facts(
        kind=parts.kind,
        version=parts.version,
        backend=parts.backend,
        layers=list(_layers(parts.config, parts.sizes, 0)),
        arrays=[ArrayFact(n, a.shape, str(a.dtype)) for n, a in parts.arrays.items()],
        optimizer=_optimizer(parts.training),
        custom=sorted(set(_custom(objects))),
        suspicious=list(dict.fromkeys(_suspicions(parts, objects))),
    )


# --- files ------------------------------------------------------------------------


def _of_h5(path: Path) -> _Parts:
    where = str(path)
    with _h5.opened(path, where) as file:
        contents = _h5.contents(file, where)
        if not _legacy_h5.is_legacy(file):
            arrays = _weights_h5.contents(file, where)
            sizes = _sizes(file, contents.groups, arrays)
            return _Parts("weights of Keras 3", None, None, None, None, arrays, sizes)
        era = _legacy_h5.era(file, where)
        config = _model_h5.read_json(file, _model_h5.CONFIG, where)
        training = _model_h5.read_json(file, _model_h5.TRAINING, where)
        saved = _legacy_h5.layers(contents, where)
        arrays = {f"{s.name}/{name}": row for s in saved for name, row in s.rows}
        sizes = {s.name: sum(_count(row) for _, row in s.rows) for s in saved}
        if _legacy_h5.OPTIMIZER in contents.groups:
            rows = _legacy_h5.rows(contents, _legacy_h5.OPTIMIZER, where)
            arrays |= {f"optimizer/{name}": row for name, row in rows}
    said = "weights by layer" if config is None else "whole model"
    kind = f"{said}, HDF5 of Keras {era.version[0]}"
    return _Parts(kind, era.text, era.backend, config, training, arrays, sizes)


def _of_archive(path: Path) -> _Parts:
    with _keras_archive.opened(path) as archive:
        config = _keras_archive.read_json(archive, _keras_archive.CONFIG, path)
        about: Any = {}
        with contextlib.suppress(KeyError):
            about = _keras_archive.read_json(archive, _keras_archive.METADATA, path)
        weights = _keras_archive.WEIGHTS
        limit = max(MAX_UNPACKED, archive.getinfo(weights).compress_size)
        with _keras_archive.member(archive, weights, limit, path) as file:
            arrays, sizes = _in_h5(file, str(path))
    return _parts("whole model, .keras file", about, config, arrays, sizes)


def _of_folder(path: Path) -> _Parts:
    config = _folder.read_config(path)
    about = _folder.read_json(path, _keras_archive.METADATA)
    with _folder.opened(path, _keras_archive.WEIGHTS) as file:
        arrays, sizes = _in_h5(file, str(path))
    return _parts("whole model, folder", about, config, arrays, sizes)


def _parts(kind: str, about: Any, config: Any, arrays: Any, sizes: Any) -> _Parts:
    version = about.get("keras_version") if isinstance(about, dict) else None
    training = config.get("compile_config") if isinstance(config, dict) else None
    return _Parts(kind, version, None, config, training or None, arrays, sizes)


def _in_h5(source: Any, where: str) -> tuple[dict[str, Stored], dict[str, int]]:
    with _h5.opened(source, where) as file:
        groups = _h5.contents(file, where).groups
        arrays = _weights_h5.contents(file, where)
        return arrays, _sizes(file, groups, arrays)


def _of_safetensors(path: Path) -> _Parts:
    arrays = _safetensors.contents(path)
    return _Parts("weights, safetensors", None, None, None, None, arrays, {})


def _of_shards(path: Path) -> _Parts:
    with contextlib.ExitStack() as stack:
        arrays = _shards.contents(path, stack)
    kind = "weights of Keras 3 in several files"
    return _Parts(kind, None, None, None, None, arrays, {})


def _sizes(file: Any, groups: Any, arrays: dict[str, Stored]) -> dict[str, int]:
    """Returns the number of elements by layer, for the layers whose names are there."""
    sizes: dict[str, int] = {}
    for path, group in groups.items():
        if not path.endswith("/vars") or path.startswith("optimizer/"):
            continue
        name = _h5.attribute(group, "name", "file")
        owner = path.removesuffix("vars")
        if isinstance(name, str):
            inside = (a for n, a in arrays.items() if n.startswith(owner))
            sizes.setdefault(name, sum(_count(a) for a in inside))
    return sizes


def _count(array: Stored) -> int:
    return math.prod(array.shape)


# --- configurations ---------------------------------------------------------------


def _layers(config: Any, sizes: dict[str, int], depth: int) -> Iterator[LayerFact]:
    """Yields the layers that a model's configuration lists."""
    inner = config.get("config") if isinstance(config, dict) else None
    rows = inner.get("layers") if isinstance(inner, dict) else inner
    for row in rows if isinstance(rows, list) and depth < 20 else ():
        own = row.get("config") if isinstance(row, dict) else None
        settings = own if isinstance(own, dict) else {}
        name = str(settings.get("name") or (row.get("name") if own else "") or "")
        kind = str(row.get("class_name") if isinstance(row, dict) else "?")
        shown = [
            f"{key}={json.dumps(settings[key])}"
            for key in _SHOWN
            if isinstance(settings.get(key), str | int | float | list)
        ]
        yield LayerFact(name, kind, " ".join(shown)[:200], sizes.get(name), depth)
        if isinstance(row, dict) and isinstance(own, dict | list) and _is_model(row):
            yield from _layers(row, sizes, depth + 1)


def _is_model(row: dict[str, Any]) -> bool:
    own = row["config"]
    return isinstance(own, list) or "layers" in own


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yields everything in a configuration that names a class."""
    if depth > 200:
        return
    if isinstance(value, dict):
        if isinstance(value.get("class_name"), str):
            yield value
        for item in value.values():
            yield from _objects(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _objects(item, depth + 1)


def _optimizer(training: Any) -> str | None:
    if not isinstance(training, dict):
        return None
    found = training.get("optimizer_config") or training.get("optimizer")
    name = found.get("class_name") if isinstance(found, dict) else found
    return str(name).rpartition(">")[2] if name else None


def _custom(objects: list[dict[str, Any]]) -> Iterator[str]:
    """Yields the names that are not the library's own."""
    for data in objects:
        name, module = data["class_name"], str(data.get("module") or "")
        if name == "function":
            inner = data.get("config")
            if isinstance(inner, str) and not _is_known(serial.find_function, inner):
                yield inner
        elif module.startswith(_OURS) or name.startswith(_PLAIN):
            continue
        elif module or not _is_known(serial.find_class, module, name):
            yield str(data.get("registered_name") or name)


def _is_known(find: Any, *names: str) -> bool:
    try:
        find(*names)
    except UnknownNameError:
        return False
    return True


def _suspicions(parts: _Parts, objects: list[dict[str, Any]]) -> Iterator[str]:
    for data in objects:
        name, module = data["class_name"], str(data.get("module") or "keras")
        config = data.get("config")
        inner = config if isinstance(config, dict) else {}
        if name == "__lambda__" or isinstance(inner.get("function"), list):
            yield f"{name}: holds the code of a function, which is never run"
        elif name == "Lambda":
            yield "Lambda: calls a function that the file does not hold"
        root = module.split(".")[0]
        if root not in _ROOTS and not data.get("registered_name"):
            yield f"{name}: from module {module!r}, which is never imported"
        for key, item in inner.items():
            if isinstance(item, str) and _PLACE.match(item):
                yield f"{name}: `{key}` is a place outside of the file: {item[:80]!r}"
    listed = [name for name, array in parts.arrays.items() if _count(array) > 2**33]
    for name in listed:
        yield f"array {name!r}: more than {2**33} elements"
