"""Handwritten digits."""

import os

from keryx.datasets import _kept, _npz

DIGEST = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(path: str | os.PathLike[str] = "mnist.npz") -> _kept.Split:
    """Returns 60000 training and 10000 test images of the digits 0 to 9.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, x_train.dtype  # doctest: +SKIP
        ((60000, 28, 28), dtype('uint8'))

    Args:
        path: Name of the kept file; or the absolute path of a file of your own.

    Shapes:
        x: `(n, 28, 28)`, uint8, 0 for the paper to 255 for the ink
        y: `(n,)`, uint8

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        FileError: If the file cannot be had, or is damaged.

    Source:
        LeCun et al., "Gradient-based learning applied to document recognition",
        Proceedings of the IEEE 86 (1998).
    """
    file = _kept.kept_file(path, "mnist.npz", DIGEST)
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = _npz.load(file, names)
    train = _kept.check_pair(file, x_train, y_train, rank=3)
    return train, _kept.check_pair(file, x_test, y_test, rank=3)
