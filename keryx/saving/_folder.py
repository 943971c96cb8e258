"""A whole model in a folder: the parts of a `.keras` file, not packed."""

import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, IO

from keryx._core import registry
from keryx._core.errors import FileError
from keryx.saving import _assets, _weights_h5
from keryx.saving._build import compile_model, make_model
from keryx.saving._keras_archive import (
    about,
    CONFIG,
    describe,
    MAX_JSON,
    METADATA,
    warn_unbuilt,
    WEIGHTS,
)

MAX_ASSET = 64 * 2**20
# Neither follow a link nor wait for a pipe; other systems have no such flags.
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def save(model: Any, path: Path) -> None:
    """Writes a folder, which takes the place of an older one of the kind at once.

    Raises:
        FileError: If a folder is there that holds something else.
    """
    if path.is_dir() and not all(map(_is_part, _files(path))):
        raise FileError(
            str(path),
            expected="the folder of a model, or none",
            got="other files in it",
        )
    warn_unbuilt(model, path)
    parent = path.absolute().parent
    with tempfile.TemporaryDirectory(
        dir=parent, prefix=f".{path.name[:200]}."
    ) as spare:
        made = Path(spare, "new")
        made.mkdir()
        (made / METADATA).write_text(json.dumps(about()), encoding="utf-8")
        (made / CONFIG).write_text(json.dumps(describe(model)), encoding="utf-8")
        _weights_h5.write(model, made / WEIGHTS)
        for name, content in _assets.collect(model).items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        if path.is_dir():
            path.replace(Path(spare, "old"))
        made.replace(path)


def load(path: Path, custom_objects: dict[str, Any] | None, compile: bool) -> Any:
    """Returns the model that a folder holds.

    Raises:
        FileError: If a part is missing, a link, damaged or unsafe.
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
    """
    data, where = read_config(path), f"{CONFIG} in {path}"
    with opened(path, WEIGHTS) as file:
        size = os.fstat(file.fileno()).st_size
        with registry.custom_object_scope(custom_objects):
            model = make_model(data, where, size)
            if compile and data.get("compile_config"):
                compile_model(model, data["compile_config"], where, size)
        for name, layer in _assets.found(model).items():
            content = _vocabulary(path, name)
            if content is not None:
                _assets.put_back(layer, content, name, path)
        _weights_h5.read(model, file, str(path / WEIGHTS), whole=True)
    return model


def _files(path: Path) -> list[str]:
    """Returns the names of the files in a folder and the folders in it."""
    found = [Path(root, name) for root, _, names in os.walk(path) for name in names]
    return [file.relative_to(path).as_posix() for file in found]


def _is_part(name: str) -> bool:
    return name in (METADATA, CONFIG, WEIGHTS) or _assets.is_name(name)


def _vocabulary(path: Path, name: str) -> bytes | None:
    """Returns a vocabulary in a folder, or `None`; no link is followed.

    Raises:
        FileError: If it is too large, or no plain file.
    """
    inside = [path.joinpath(*name.split("/")[: i + 1]) for i in range(name.count("/"))]
    if any(folder.is_symlink() for folder in inside):
        raise FileError(f"{name} in {path}", expected="a plain file", got="a link")
    if not os.path.lexists(path / name):
        return None
    with opened(path, name) as file:
        content = file.read(MAX_ASSET + 1)
    if len(content) > MAX_ASSET:
        limit = f"at most {MAX_ASSET} bytes"
        raise FileError(f"{name} in {path}", expected=limit, got="more")
    return content


def load_weights(model: Any, path: Path, *, skip_mismatch: bool = False) -> None:
    """Reads the weights alone from the folder of a whole model."""
    with opened(path, WEIGHTS) as file:
        where = str(path / WEIGHTS)
        _weights_h5.read(model, file, where, skip_mismatch=skip_mismatch)


def read_config(path: Path) -> Any:
    """Returns the configuration in a folder.

    Raises:
        FileError: If it is not there, too large, or no JSON.
    """
    return read_json(path, CONFIG)


def read_json(path: Path, name: str) -> Any:
    """Returns what one of the files of JSON in a folder says."""
    with opened(path, name) as file:
        text = file.read(MAX_JSON + 1)
    where = f"{name} in {path}"
    if len(text) > MAX_JSON:
        raise FileError(where, expected=f"at most {MAX_JSON} bytes", got="more")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(where, expected="JSON", got=f"{error}") from error


def opened(path: Path, name: str) -> IO[bytes]:
    """Opens a file in a folder; no link is followed.

    Raises:
        FileError: If it is not there, or is no plain file.
    """
    where = f"{name} in {path}"
    try:
        handle = os.open(path / name, os.O_RDONLY | _NO_LINKS)
    except OSError as error:
        got = "none, or a link" if error.strerror is None else error.strerror.lower()
        raise FileError(where, expected="a plain file", got=got) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileError(where, expected="a plain file", got="something else")
    return os.fdopen(handle, "rb")
