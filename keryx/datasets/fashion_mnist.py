"""Small pictures of clothes."""

import math
from pathlib import Path

import numpy as np

from keryx.datasets import _kept, _npz

MAX_BYTES = 2**30


def load_data() -> _kept.Split:
    """Returns 60000 training and 10000 test images of ten kinds of clothes.

    The classes are T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker,
    bag and ankle boot.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_test.shape, x_test.dtype  # doctest: +SKIP
        ((10000, 28, 28), dtype('uint8'))

    Shapes:
        x: `(n, 28, 28)`, uint8, 0 for the ground to 255
        y: `(n,)`, uint8

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        FileError: If a file cannot be had, or is damaged.

    Source:
        Xiao, Rasul and Vollgraf, "Fashion-MNIST", arXiv:1708.07747.
    """
    return _load("train"), _load("t10k")


def _load(part: str) -> _kept.Pair:
    names = (f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz")
    images, labels = (
        _kept.kept_file(name, name, cache_subdir="datasets/fashion-mnist")
        for name in names
    )
    return _kept.check_pair(
        images, _read_idx(images, rank=3), _read_idx(labels, rank=1)
    )


def _read_idx(path: Path, rank: int) -> _kept.Array:
    """Returns the bytes in a compressed IDX file, as an array.

    Raises:
        FileError: If it is not one, of this rank.
    """
    import gzip

    try:
        with gzip.open(path) as file:
            head = np.frombuffer(file.read(4 + 4 * rank), ">u4").tolist()
            magic, *shape = head
            size = math.prod(shape)
            if magic != 0x800 + rank or len(shape) != rank or size > MAX_BYTES:
                raise _npz.refused(path, "another kind of file")
            data = file.read(size + 1)
    except (OSError, EOFError, ValueError) as error:
        raise _npz.refused(path, f"something else ({error})") from error
    if len(data) != size:
        raise _npz.refused(path, "a file that is not as long as it says")
    return np.frombuffer(bytearray(data), np.uint8).reshape(shape)
