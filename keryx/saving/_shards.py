"""Weights in several HDF5 files of limited size, and a `.weights.json` that lists them.

The index has, for each group of arrays, the files that hold some of them.
"""

import contextlib
import json
import math
import os
import re
import stat
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from keryx._core import files
from keryx._core.errors import ArgumentError, FileError
from keryx.saving import _by_place, _h5, _weights_h5
from keryx.saving._layout import places
from keryx.saving._restore import Stored

ENDING = ".weights.json"
GIGABYTE, MAX_INDEX, MAX_SHARDS = 2**30, 64 * 2**20, 10_000


def save(model: Any, path: Path, max_shard_size: float | None = None) -> None:
    """Writes a model's weights to files of at most some size each.

    Args:
        model: The model.
        path: The index; the other files are beside it.
        max_shard_size: Largest size of a file's arrays, in GB; 10 if `None`.

    Raises:
        ArgumentError: If one array alone is larger.
    """
    limit = int((10 if max_shard_size is None else max_shard_size) * GIGABYTE)
    stem = path.name.removesuffix(ENDING)
    shards, total = _planned(model, limit)
    table: dict[str, list[str]] = {}
    for number, rows in enumerate(shards):
        name = f"{stem}_{number:05}.weights.h5"
        for group, _, _ in rows:
            table.setdefault(f"/{group}", [])
            if name not in table[f"/{group}"]:
                table[f"/{group}"].append(name)
        with (
            files.replacing(path.with_name(name)) as part,
            _h5.library().File(part, "w") as file,
        ):
            for group, key, array in rows:
                _h5.write(file.require_group(group), {key: array})
    index = {"metadata": {"total_size": total}, "weight_map": table}
    with files.replacing(path) as part:
        part.write_text(json.dumps(index, indent=4), encoding="utf-8")


def _planned(model: Any, limit: int) -> tuple[list[list[tuple[str, str, Any]]], int]:
    """Returns `(group, name, array)` by file, and the bytes of all arrays.

    The first file names the groups of all layers, as Keras asks of it.
    """
    shards: list[list[tuple[str, str, Any]]] = [[]]
    room, total = limit, 0
    for place in places(model):
        for name, array in _by_place.arrays(place).items():
            size = _bytes(array)
            if size > limit:
                raise ArgumentError(
                    "save_weights",
                    "max_shard_size",
                    expected=f"at least {size / GIGABYTE:.3g} (GB), the size of "
                    f"{place.group}/{name}",
                    got=limit / GIGABYTE,
                )
            if size > room:
                shards.append([])
                room = limit
            shards[-1].append((place.group, name, array))
            room -= size
            total += size
    return shards, total


def _bytes(array: Any) -> int:
    return int(math.prod(array.shape) * jnp.dtype(array.dtype).itemsize)


def load(model: Any, path: Path, *, skip_mismatch: bool = False) -> None:
    """Reads the weights that an index lists.

    Raises:
        FileError: If the index is damaged, or a file that it lists is not a plain one
            beside it.
    """
    with contextlib.ExitStack() as stack:
        stored = contents(path, stack)
        _by_place.put_back(model, stored, str(path), skip_mismatch=skip_mismatch)


def contents(path: Path, stack: contextlib.ExitStack) -> dict[str, Stored]:
    """Returns the arrays of all files that an index lists; `stack` closes them."""
    stored: dict[str, Stored] = {}
    for name in _listed(path):
        shard = path.with_name(name)
        file = stack.enter_context(_h5.opened(shard, str(shard)))
        found = _weights_h5.contents(file, str(shard))
        twice = sorted(set(found) & set(stored))
        if twice:
            raise _refused(path, f"{twice[0]!r} in two files")
        stored |= found
    return stored


def _listed(path: Path) -> list[str]:
    """Returns the names of the files that an index lists, in order."""
    if path.stat().st_size > MAX_INDEX:
        raise _refused(path, f"{path.stat().st_size} bytes")
    try:
        index = json.loads(path.read_bytes())
        table = index["weight_map"]
        listed = [
            n
            for row in table.values()
            for n in ([row] if isinstance(row, str) else row)
        ]
        names = list(dict.fromkeys(listed))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise _refused(path, f"{type(error).__name__}: {error}") from error
    if len(names) > MAX_SHARDS:
        raise _refused(path, f"{len(names)} files")
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[^/\\\0]+\.h5", name):
            raise _refused(path, f"the file name {name!r}")
        _require_plain(path.with_name(name))
    return names


def _require_plain(path: Path) -> None:
    """Refuses what is not there, or is a link, a folder or a device."""
    try:
        mode = os.lstat(path).st_mode
    except OSError as error:
        raise _refused(path, f"{error.strerror or error}") from error
    if not stat.S_ISREG(mode):
        raise _refused(path, "a link or something else that is no plain file")


def _refused(path: Path, got: str) -> FileError:
    return FileError(
        str(path), expected="an index of weights, and the files it lists", got=got
    )
