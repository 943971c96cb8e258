"""The files of CIFAR-10 and CIFAR-100: pickled dictionaries, read as data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core import archive, config
from keryx._core.digest import Digest
from keryx._core.get_file import get_file, home, is_trusting, is_usable, warn_of_trust
from keryx.datasets import _npz, _pickle

BASE = "https://www.cs.toronto.edu/~kriz/"
MAX_BYTES = 2**30

Array = np.ndarray[Any, Any]


def kept_folder(folder: str, name: str, digest: str) -> Path:
    """Returns the folder of batches, where any version of Keras has put it.

    Args:
        folder: What it is called in the archive.
        name: What the archive is called on the server.
        digest: SHA-256 of the archive.

    Raises:
        FileError: If it is not there and cannot be downloaded.
    """
    meant = Digest("sha256", digest)
    old = home(name=folder) / folder
    if old.is_dir():
        packed = old.with_name(f"{folder}.tar.gz")
        if packed.is_file() and meant.matches(packed):
            return old
        if is_trusting():
            warn_of_trust(old, "which could not be checked")
            return old
    for packed_name in (f"{folder}.tar.gz", name):
        packed = home(name=packed_name) / packed_name
        if is_usable(packed, meant):
            target = packed.with_name(f"{folder}-target")
            if not target.is_dir():
                archive.unpack(packed, target, ("tar",))
            return target / folder
    target_name = f"{folder}-target"
    return Path(
        get_file(target_name, BASE + name, file_hash=digest, extract=True), folder
    )


def load(
    folder: Path, names: Sequence[str], labels: str, dtype: str
) -> tuple[Array, Array]:
    """Returns the images and labels of some batches.

    Args:
        folder: Where they are.
        names: Their files, in order.
        labels: Key of the labels.
        dtype: Type of the labels.

    Shapes:
        images: `(n, 32, 32, 3)`, or `(n, 3, 32, 32)` if the channels come first
        labels: `(n, 1)`

    Raises:
        FileError: If a file is not there, damaged or unsafe.
    """
    batches = [_batch(folder / name, labels.encode()) for name in names]
    images = np.concatenate([pixels for pixels, _ in batches]).reshape(-1, 3, 32, 32)
    if config.image_data_format() == "channels_last":
        images = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
    targets = np.concatenate([classes for _, classes in batches])
    return images, targets.astype(dtype).reshape(-1, 1)


def _batch(path: Path, key: bytes) -> tuple[Array, Array]:
    """Returns the pixels and labels of one file."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise _npz.refused(path, "no such file, or one too large")
    batch = _pickle.load(path.read_bytes(), str(path))
    pixels = batch.get(b"data") if isinstance(batch, dict) else None
    labels = batch.get(key) if isinstance(batch, dict) else None
    if not isinstance(pixels, np.ndarray) or not isinstance(labels, list):
        raise _npz.refused(path, f"no images, or no {key.decode()}")
    if pixels.dtype != np.uint8 or pixels.shape != (len(labels), 3072):
        raise _npz.refused(path, f"images {pixels.dtype} {pixels.shape}")
    if not all(type(label) is int and 0 <= label < 100 for label in labels):
        raise _npz.refused(path, f"{key.decode()} that are not class numbers")
    return pixels, np.array(labels, np.int64)
