"""Small colour photographs of ten kinds of things."""

from keryx.datasets import _cifar, _kept

FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"
DIGEST = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def load_data() -> _kept.Split:
    """Returns 50000 training and 10000 test photographs of ten kinds of things.

    The classes are airplane, automobile, bird, cat, deer, dog, frog, horse, ship and
    truck.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, y_train.shape  # doctest: +SKIP
        ((50000, 32, 32, 3), (50000, 1))

    Shapes:
        x: `(n, 32, 32, 3)`, uint8; `(n, 3, 32, 32)` if channels come first
        y: `(n, 1)`, uint8

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        FileError: If the files cannot be had, or are damaged or unsafe.

    Source:
        Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009).
    """
    folder = _cifar.kept_folder(FOLDER, ARCHIVE, DIGEST)
    names = [f"data_batch_{i}" for i in range(1, 6)]
    train = _cifar.load(folder, names, "labels", "uint8")
    return train, _cifar.load(folder, ["test_batch"], "labels", "uint8")
