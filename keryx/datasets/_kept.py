"""Where the data sets are from, and where they are kept."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError, FileError
from keryx._core.get_file import get_file
from keryx.datasets import _npz

BASE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Array = np.ndarray[Any, Any]
Pair = tuple[Array, Array]
Split = tuple[Pair, Pair]


def kept_file(
    path: str | os.PathLike[str],
    name: str,
    digest: str | None = None,
    cache_subdir: str = "datasets",
) -> Path:
    """Returns the path of one of Keras's files.

    Args:
        path: What it is called in the cache; or the absolute path of a file of the
            user's own, which is taken as it is.
        name: What it is called on the server.
        digest: What it hashes to.
        cache_subdir: Folder of the cache.

    Raises:
        FileError: If it cannot be had, or is a pickle as versions 0 and 1 had them.
    """
    if os.fspath(path).endswith((".pkl", ".pkl.gz")):
        raise FileError(
            f"data set {os.fspath(path)!r}",
            expected=f"a file such as {name!r}",
            got="a pickle, as old versions of Keras used them",
            fix=f"Leave `path` out, or give {name!r}: the data are the same.",
        )
    if os.path.isabs(path):
        return Path(path)
    origin = BASE + name
    return Path(get_file(path, origin, file_hash=digest, cache_subdir=cache_subdir))


def check_pair(path: Path, x: Array, y: Array, rank: int | None = None) -> Pair:
    """Returns inputs and targets if they have as many rows.

    Raises:
        FileError: If they do not, or the inputs are not of this rank.
    """
    if y.ndim != 1 or len(x) != len(y) or x.ndim != (rank or x.ndim):
        raise _npz.refused(path, f"inputs {x.shape} and targets {y.shape}")
    return x, y


def split(x: Array, y: Array, test_split: float, seed: int, owner: str) -> Split:
    """Shuffles rows and splits the last ones off.

    Raises:
        ArgumentError: If `test_split` is not in [0, 1).
    """
    check_split(test_split, owner)
    order = np.random.RandomState(seed).permutation(len(x))
    return cut(x[order], y[order], test_split)


def check_split(test_split: float, owner: str) -> None:
    """Refuses a share that is not in [0, 1).

    Raises:
        ArgumentError: If it is not.
    """
    if not 0 <= test_split < 1:
        raise ArgumentError(
            owner, "test_split", expected="a share, 0 <= test_split < 1", got=test_split
        )


def cut(x: Array, y: Array, test_split: float) -> Split:
    """Splits the last rows off."""
    at = int(len(x) * (1 - test_split))
    return (x[:at], y[:at]), (x[at:], y[at:])
