"""A whole model in one file, `.keras`: a zip archive of JSON and an HDF5 file."""

import contextlib
import json
import shutil
import struct
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keryx._core import files, registry, serial
from keryx._core.errors import FileError, KeryxError, KeryxWarning
from keryx._version import __version__
from keryx.saving import _assets, _raw, _weights_h5
from keryx.saving._build import compile_model, make_model

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
# The version of Keras whose layout the files have.
FORMAT = "3.15.1"
MAX_JSON = 256 * 2**20
# Compressed JSON may have this many bytes, and so many times those in the archive.
JSON_FREE, JSON_RATIO = 8 * 2**20, 20
IN_MEMORY, LARGE = 64 * 2**20, 2**20
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def save(model: Any, path: Path) -> None:
    """Writes architecture, weights, the arguments of `compile` and the optimizer.

    Raises:
        FileError: If part of the model cannot be described as data.
    """
    warn_unbuilt(model, path)
    config = json.dumps(describe(model))
    with (
        files.replacing(path) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive,
        tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(part.parent)) as weights,
    ):
        _weights_h5.write(model, weights)
        weights.seek(0)
        archive.writestr(METADATA, json.dumps(about()))
        archive.writestr(CONFIG, config)
        for name, text in _assets.collect(model).items():
            archive.writestr(name, text)
        with archive.open(WEIGHTS, "w", force_zip64=True) as member:
            shutil.copyfileobj(weights, member, 2**20)


def warn_unbuilt(model: Any, path: Path) -> None:
    """Warns if a model has no weights that could be saved."""
    if not model.built:
        warnings.warn(
            f"Model {model.name!r} has no weights yet, so {path.name!r} holds none: "
            "call it on data before saving, or begin it with an `Input`.",
            KeryxWarning,
            stacklevel=5,
        )


def about() -> dict[str, str]:
    """Returns what a file says about itself."""
    return {
        "keras_version": FORMAT,
        "keryx_version": __version__,
        "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S"),
    }


def describe(model: Any) -> Any:
    """Returns a model's architecture and the arguments of `compile`.

    Raises:
        FileError: If part of it cannot be described as data.
    """
    data = serial.serialize(model)
    data["compile_config"] = model.get_compile_config() or {}
    for name in _functions(data):
        if name == "<lambda>":
            raise FileError(
                f"model {model.name!r}",
                expected="functions that have names, to be saved",
                got="a `lambda`",
                fix="Define it with `def` and register it with "
                "`keryx.saving.register_keras_serializable`.",
            )
    return data


def _functions(data: Any) -> Iterator[Any]:
    """Yields the names of the functions in a configuration."""
    if isinstance(data, dict):
        if data.get("class_name") == "function":
            yield data.get("config")
        for item in data.values():
            yield from _functions(item)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _functions(item)


def load(path: Path, custom_objects: dict[str, Any] | None, compile: bool) -> Any:
    """Returns the model that a file holds.

    Raises:
        FileError: If the file is damaged, unsafe, or does not fit together.
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
    """
    with opened(path) as archive:
        data = read_json(archive, CONFIG, path)
        where, size = f"{CONFIG} in {path}", path.stat().st_size
        with registry.custom_object_scope(custom_objects):
            model = make_model(data, where, size)
            if compile and data.get("compile_config"):
                compile_model(model, data["compile_config"], where, size)
        for name, layer in _assets.owners(model, _assets_of(archive), path):
            with member(archive, name, _limit(archive, name), path) as file:
                _assets.put_back(layer, file.read(), name, path)
        with _weights(archive, model, path, beside=True) as weights:
            _weights_h5.read(model, weights, str(path), whole=True)
    return model


def load_weights(model: Any, path: Path, *, skip_mismatch: bool = False) -> None:
    """Reads the weights alone from a file that holds a whole model."""
    with opened(path) as archive, _weights(archive, model, path) as weights:
        _assets.owners(model, _assets_of(archive), path)
        _weights_h5.read(model, weights, str(path), skip_mismatch=skip_mismatch)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Opens an archive that has the members of a model's file and no others.

    Raises:
        FileError: If it is not such an archive.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileError(
            str(path), expected="a zip archive with a model", got=f"{error}"
        ) from error
    with archive:
        rows = archive.infolist()
        names = sorted(row.filename for row in rows)
        extra = _assets_of(archive)
        several = len(set(names)) < len(names) or len(extra) > _assets.MOST
        if several or [name for name in names if name not in extra] not in (
            sorted((METADATA, CONFIG, WEIGHTS)),
            sorted((CONFIG, WEIGHTS)),
        ):
            raise FileError(
                str(path),
                expected=f"an archive of {METADATA}, {CONFIG} and {WEIGHTS}",
                got=f"one of {', '.join(names[:8]) or 'nothing'}",
            )
        for row in rows:
            if row.flag_bits & 1 or row.compress_type not in _METHODS:
                raise FileError(
                    f"{row.filename} in {path}",
                    expected="stored or deflated data",
                    got="an encrypted or unusually compressed member",
                )
        yield archive


def read_json(archive: zipfile.ZipFile, name: str, path: Path) -> Any:
    where = f"{name} in {path}"
    with member(archive, name, _limit(archive, name), path) as file:
        try:
            return json.loads(file.read())
        except (ValueError, RecursionError) as error:
            raise FileError(where, expected="JSON", got=f"{error}") from error


def _assets_of(archive: zipfile.ZipFile) -> list[str]:
    """Returns the names of the vocabularies in an archive."""
    return list(filter(_assets.is_name, archive.namelist()))


def _limit(archive: zipfile.ZipFile, name: str) -> int:
    """Returns how many bytes of text a member may have."""
    packed = archive.getinfo(name).compress_size
    return min(MAX_JSON, JSON_FREE + JSON_RATIO * packed)


def _weights(
    archive: zipfile.ZipFile, model: Any, path: Path, *, beside: bool = False
) -> Any:
    """Yields the weights, which may have about the size that the model's have."""
    size = sum(v.size * 8 for v in model.variables)
    stored = archive.getinfo(WEIGHTS).compress_size
    limit = max(IN_MEMORY + 16 * size, stored)
    return member(archive, WEIGHTS, limit, path, beside=beside)


@contextlib.contextmanager
def member(
    archive: zipfile.ZipFile,
    name: str,
    limit: int,
    path: Path,
    *,
    beside: bool = False,
) -> Iterator[Any]:
    """Yields an archive's member: where it lies, or a copy if that is compressed.

    Args:
        archive: The archive.
        name: The member.
        limit: Most bytes that it may have.
        path: The archive's path.
        beside: Whether its checksum may be compared while it is read already, since
            nothing of what was read is kept if that fails.

    Raises:
        FileError: If it is larger than `limit`, in bytes, or damaged.
    """
    size = archive.getinfo(name).file_size
    if size > limit:
        raise FileError(
            f"{name} in {path}", expected=f"at most {limit} bytes", got=f"{size}"
        )
    stored = _as_stored(archive, name, path)
    if stored is not None:
        window, checksum = stored
        with _damage(name, path), window:
            check = _raw.verified(window, checksum)
            if beside:
                with check:
                    yield window
            else:
                with check:
                    pass
                yield window
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as copy:
        with _damage(name, path), archive.open(name) as packed:
            shutil.copyfileobj(packed, copy, 2**20)
        copy.seek(0)
        yield copy


@contextlib.contextmanager
def _damage(name: str, path: Path) -> Iterator[None]:
    """Turns the many errors about damaged archives into `FileError`s."""
    try:
        yield
    except KeryxError:
        raise
    except Exception as error:  # zlib's, zipfile's and the system's own
        raise FileError(
            f"{name} in {path}", expected="undamaged data", got=f"{error}"
        ) from error


def _as_stored(
    archive: zipfile.ZipFile, name: str, path: Path
) -> tuple[_raw.Window, int] | None:
    """Returns the bytes of a large member and their checksum; `None` if compressed."""
    row = archive.getinfo(name)
    if row.compress_type != zipfile.ZIP_STORED or row.file_size < LARGE:
        return None
    with path.open("rb") as file:
        file.seek(row.header_offset)
        header = file.read(LOCAL_HEADER.size)
    with _damage(name, path):
        signature, *_, named, extra = LOCAL_HEADER.unpack(header)
        if signature != b"PK\x03\x04" or row.compress_size != row.file_size:
            raise ValueError("a member that is not where the archive says")
    start = row.header_offset + LOCAL_HEADER.size + named + extra
    return _raw.Window(path, start, row.file_size), row.CRC
